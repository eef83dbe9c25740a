/** What the simulated Meta answers to one request. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export function json(body: unknown, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: JSON.stringify(body),
  };
}

/** An error in the shape of the Graph API. */
export function problem(status: number, code: number, message: string, subcode?: number): Answer {
  const error = {
    message: `(#${code}) ${message}`,
    type: code === 190 ? 'OAuthException' : 'GraphMethodException',
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    fbtrace_id: 'ASimulatedTraceOfMeta01',
  };
  return json({ error }, status);
}

/** Asks to slow down, and says for how many minutes. */
export function slowDown(pageId: string, minutes: number): Answer {
  const usage = { type: 'messenger', call_count: 100, total_cputime: 5, total_time: 5 };
  const answer = problem(400, 613, 'Calls to this api have exceeded the rate limit.');
  const header = JSON.stringify({ [pageId]: [{ ...usage, estimated_time_to_regain_access: minutes }] });
  return { ...answer, headers: { ...answer.headers, 'x-business-use-case-usage': header } };
}

/** As Meta writes a time: whole seconds, and no colon. */
export function written(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, '+0000');
}
