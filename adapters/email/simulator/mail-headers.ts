/** The value of a header, unfolded; empty where there is none. */
export function headerOf(raw: Buffer, name: string): string {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, end === -1 ? undefined : end).toString('latin1');
  // RFC 5322 2.2.3: a line that begins with white space goes on with the one before.
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const prefix = `${name.toLowerCase()}:`;
  const line = lines.find((one) => one.toLowerCase().startsWith(prefix));
  return line?.slice(prefix.length).trim() ?? '';
}
