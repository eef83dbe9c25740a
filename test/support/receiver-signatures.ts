import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

const TOLERANCE_MS = 5 * 60_000;

/** What is wrong with the signatures of a delivery; undefined when both are right by one of these secrets. */
export function forgeryOf(
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: string },
  secrets: readonly string[],
  now: () => number,
): string | undefined {
  if (!secrets.some((secret) => hasHmac(headers, body, secret)))
    return 'X-Comapi-Signature is by no trusted secret';
  const complaints = secrets.map((secret) => standardComplaint(headers, body, { secret, now: now() }));
  return complaints.includes(undefined) ? undefined : complaints[0];
}

function hasHmac(headers: IncomingHttpHeaders, body: string, secret: string): boolean {
  const given = Buffer.from(String(headers['x-comapi-signature'] ?? ''), 'hex');
  const right = createHmac('sha1', secret).update(body).digest();
  return given.length === right.length && timingSafeEqual(given, right);
}

// The package knows only the real clock, and some gateways under test have another.
function standardComplaint(
  headers: IncomingHttpHeaders,
  body: string,
  { secret, now }: { readonly secret: string; readonly now: number },
): string | undefined {
  const encoded = secret.startsWith('whsec_') ? secret : `whsec_${Buffer.from(secret).toString('base64')}`;
  const webhook = new Webhook(encoded);
  const sentAt = Number(headers['webhook-timestamp']) * 1000;
  const id = String(headers['webhook-id']);
  const behind = Date.now() - sentAt;
  if (!(Math.abs(now - sentAt) <= TOLERANCE_MS)) return 'webhook-timestamp is not of now';
  try {
    if (Math.abs(behind) <= TOLERANCE_MS) webhook.verify(body, headers as Record<string, string>);
    else if (
      !String(headers['webhook-signature'])
        .split(' ')
        .includes(webhook.sign(id, new Date(sentAt), body))
    )
      return 'webhook-signature is by no trusted secret';
    return undefined;
  } catch (error) {
    return `webhook-signature: ${error instanceof Error ? error.message : String(error)}`;
  }
}
