import { createHash, createHmac } from 'node:crypto';

/** The parameters of a webhook, in the order in which they are sent; a repeated one is a list. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

export type Form = 'form' | 'json' | 'get';

/** A request as Twilio sends it. */
export interface SignedRequest {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Signs a webhook from Twilio's description and not with its package, so that each proves the other. */
export function signedRequest(
  authToken: string,
  url: string,
  fields: Fields,
  as: Form = 'form',
): SignedRequest {
  return SHAPES[as](authToken, url, fields);
}

/** Signs any body at all as a form, also one that says nothing. */
export function signedBody(authToken: string, url: string, body: Buffer): SignedRequest {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    fields[name] = [...(fields[name] ?? []), value];
  }
  const headers = headersOf(signature(authToken, withoutFragment(url), fields), FORM);
  return { method: 'POST', url, headers, body };
}

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';

type Shape = (authToken: string, url: string, fields: Fields) => SignedRequest;

const SHAPES: Readonly<Record<Form, Shape>> = {
  form: (authToken, url, fields) => signedBody(authToken, url, Buffer.from(encode(fields))),
  get(authToken, url, fields) {
    const [address = '', fragment] = url.split('#');
    const full = `${address}${address.includes('?') ? '&' : '?'}${encode(fields)}`;
    const headers = headersOf(signature(authToken, full, {}));
    return { method: 'GET', url: fragment ? `${full}#${fragment}` : full, headers, body: Buffer.alloc(0) };
  },
  json(authToken, url, fields) {
    const body = Buffer.from(JSON.stringify(fields));
    const address = withoutFragment(url);
    const hash = createHash('sha256').update(body).digest('hex');
    const full = `${address}${address.includes('?') ? '&' : '?'}bodySHA256=${hash}`;
    const headers = headersOf(signature(authToken, full, {}), 'application/json');
    return { method: 'POST', url: full, headers, body };
  },
};

/** The URL, then each name and value in the order of the names; values of a repeated one once each, sorted. */
function signature(authToken: string, url: string, fields: Fields): string {
  const parts = Object.keys(fields)
    .sort(byCodeUnits)
    .flatMap((name) => {
      const value = fields[name] ?? [];
      const values = typeof value === 'string' ? [value] : [...new Set(value)].sort(byCodeUnits);
      return values.map((one) => name + one);
    });
  return createHmac('sha1', authToken)
    .update(url + parts.join(''), 'utf8')
    .digest('base64');
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function headersOf(signed: string, contentType?: string): Record<string, string> {
  return {
    ...(contentType && { 'content-type': contentType }),
    accept: '*/*',
    'user-agent': 'TwilioProxy/1.1',
    'x-home-region': 'us1',
    'x-twilio-signature': signed,
  };
}

function encode(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
  return form.toString();
}

function withoutFragment(url: string): string {
  return url.split('#')[0] ?? url;
}
