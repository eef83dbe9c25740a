/** Asks the demo for something; says what was wrong, or nothing. */
export async function post(path: string, body: object): Promise<string | undefined> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) return undefined;
  const { detail } = await response.json();
  return String(detail);
}
