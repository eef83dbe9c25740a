/** A bounce or a complaint as Amazon SES tells it by SNS, in JSON that mail may have wrapped, as the blocks of RFC 3464. */
export function notificationStatus(text: string): string | undefined {
  const json = text.replace(/[!=]?\r?\n\s?/g, '').replaceAll('\\"', '"');
  const kind = /"(?:notificationType|eventType)"\s*:\s*"(Bounce|Complaint)"/.exec(json)?.[1];
  if (kind === undefined || !json.includes('"mail"')) return undefined;
  const isSoft = /"bounceType"\s*:\s*"Transient"/.test(json);
  const blocks = [...json.slice(0, LONGEST).matchAll(RECIPIENT)].map(([recipient, address = '']) => {
    const status = fieldIn(recipient, 'status') ?? (isSoft ? '4.0.0' : '5.1.1');
    return `Final-Recipient: rfc822; ${address}\nAction: failed\nStatus: ${status}\nDiagnostic-Code: ${fieldIn(recipient, 'diagnosticCode') ?? ''}`;
  });
  const head = kind === 'Complaint' ? 'Feedback-Type: abuse\n\n' : '';
  return head + blocks.join('\n\n');
}

/** The headers of the mail that such a notification is about, where it has them. */
export function notificationHeaders(text: string): string {
  const json = text.replace(/[!=]?\r?\n\s?/g, '').replaceAll('\\"', '"');
  const headers = [...json.slice(0, LONGEST).matchAll(HEADER)].map(
    ([, name = '', value = '']) => `${name}: ${value}`,
  );
  return headers.join('\n');
}

const LONGEST = 100_000;
const RECIPIENT = /\{"emailAddress"\s*:\s*"([^"]{1,320})"[^{}]{0,2000}\}/g;
const HEADER = /\{"name"\s*:\s*"([A-Za-z0-9-]{1,80})"\s*,\s*"value"\s*:\s*"([^"]{0,1000})"\}/g;

function fieldIn(json: string, name: string): string | undefined {
  return new RegExp(`"${name}"\\s*:\\s*"([^"]{1,1000})"`).exec(json)?.[1];
}
