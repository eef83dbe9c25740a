import { createHash, createVerify } from 'node:crypto';

/** Checks the first DKIM signature of a mail by a public key (RFC 6376, rsa-sha256, relaxed/relaxed); gives the tags of the signature. */
export function verifiedDkim(raw: Buffer, publicKey: string): ReadonlyMap<string, string> {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const headers = text.slice(0, end).split(/\r\n(?![ \t])/);
  const signature = headers.find((line) => /^dkim-signature:/i.test(line)) ?? '';
  const tags = new Map(
    signature
      .slice(signature.indexOf(':') + 1)
      .split(';')
      .map((tag): readonly [string, string] => {
        const at = tag.indexOf('=');
        return [tag.slice(0, at).trim(), tag.slice(at + 1).replace(/\s/g, '')];
      }),
  );
  if (tags.get('c') !== 'relaxed/relaxed' || tags.get('a') !== 'rsa-sha256')
    throw new Error(`a signature of another kind: ${signature}`);
  const body = createHash('sha256')
    .update(relaxedBody(text.slice(end + 4)), 'latin1')
    .digest('base64');
  if (body !== tags.get('bh')) throw new Error('the body is not the one that was signed');
  const signed = (tags.get('h') ?? '').split(':').flatMap((name) => {
    const line = headers.findLast((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return line === undefined ? [] : [relaxedHeader(line)];
  });
  const own = relaxedHeader(signature.replace(/([;\s]b=)[^;]*/, '$1'));
  const verify = createVerify('RSA-SHA256').update([...signed, own].join('\r\n'), 'latin1');
  if (!verify.verify(publicKey, tags.get('b') ?? '', 'base64'))
    throw new Error('the signature does not verify');
  return tags;
}

// RFC 6376 3.4.2
function relaxedHeader(line: string): string {
  const at = line.indexOf(':');
  const value = line
    .slice(at + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ');
  return `${line.slice(0, at).trim().toLowerCase()}:${value.trim()}`;
}

// RFC 6376 3.4.4
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  return lines
    .join('\r\n')
    .replace(/(?:\r\n)+$/, '')
    .replace(/(.)$/s, '$1\r\n');
}
