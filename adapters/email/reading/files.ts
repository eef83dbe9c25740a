const LONGEST_NAME = 200;

/** A file name that is only a name: no path, no tricks of direction, no control characters, of bearable length. */
export function fileName(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const name = raw
    .toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/^\.+/, '')
    .trim();
  if (name === undefined || name === '') return undefined;
  if (name.length <= LONGEST_NAME) return name;
  const ending = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? '';
  return name.slice(0, LONGEST_NAME - ending.length).toWellFormed() + ending;
}

const NAMES: Readonly<Record<string, string>> = {
  'message/rfc822': 'message.eml',
  'text/calendar': 'invitation.ics',
  'text/rfc822-headers': 'headers.txt',
  'message/delivery-status': 'delivery-status.txt',
  'message/feedback-report': 'feedback-report.txt',
  // RFC 8551 3.2.1: encrypted or signed, the name is the same.
  'application/pkcs7-mime': 'smime.p7m',
  'application/pkcs7-signature': 'signature.p7s',
  'application/pgp-signature': 'signature.asc',
  'application/pgp-encrypted': 'version.asc',
};

/** A name for a part that has none. */
export function nameByType(mimeType: string): string | undefined {
  return NAMES[mimeType];
}

/** A content type as `type/subtype`, or what stands for any bytes. */
export function mimeTypeOf(raw: string | undefined): string {
  const type = (raw ?? '').trim().toLowerCase().slice(0, 120);
  return /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+_-]*$/.test(type) ? type : 'application/octet-stream';
}
