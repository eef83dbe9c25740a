/** What a server said it found out about the sender (RFC 8601). Worth something only from the own server. */
export interface Authentication {
  /** Who says so. */
  readonly server: string;
  readonly spf?: string;
  readonly dkim?: string;
  readonly dmarc?: string;
}

const METHOD = /(?:^|;)\s*(spf|dkim|dmarc)\s*=\s*([a-z]{2,12})/gi;
const MOST = 5;

/** The results in these headers, the topmost first: every server adds its own above the others. */
export function authentications(values: readonly string[]): Authentication[] {
  return values.slice(0, MOST).map((value) => {
    const text = value.slice(0, 4_000).replace(/\([^()]*\)/g, ' ');
    const server = (text.split(';', 1)[0] ?? '').trim().split(/\s/, 1)[0]?.toLowerCase() ?? '';
    const results: Record<string, string> = {};
    for (const [, method = '', result = ''] of text.matchAll(METHOD))
      note(results, method.toLowerCase(), result.toLowerCase());
    return { server, ...results };
  });
}

// One good signature is enough, whatever becomes of the others.
function note(results: Record<string, string>, method: string, result: string): void {
  if (results[method] !== 'pass') results[method] = result;
}

/** Whether the own server vouches for the address in From: undefined when it said nothing, or nobody trusts it. */
export function isVerified(
  results: readonly Authentication[],
  trusted: readonly string[],
): boolean | undefined {
  // Only the topmost: whatever stands below may have come with the mail.
  const own = results[0];
  if (!own || !trusted.includes(own.server)) return undefined;
  if (own.dmarc !== undefined && own.dmarc !== 'none')
    return own.dmarc === 'pass' || own.dmarc === 'bestguesspass';
  if (own.dkim === 'fail' || own.spf === 'fail') return false;
  return undefined;
}
