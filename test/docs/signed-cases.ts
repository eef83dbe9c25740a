import { signatureHeaders } from '../../core/events/signatures';

/** A delivery, and what whoever checks it must find. */
export interface Case {
  readonly name: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** That of the receiver. */
  readonly secret: string;
  /** Absent: it is to be refused. */
  readonly events?: readonly unknown[];
  /** Whether `X-Comapi-Signature` is right. */
  readonly isComapiRight: boolean;
  readonly isOld?: boolean;
}

export const PLAIN = 'a secret that somebody chose: grün';
export const STANDARD = `whsec_${Buffer.from('thirty bytes of pure randomness').toString('base64')}`;
const NEWER = `whsec_${Buffer.from('another one, of thirty-two bytes').toString('base64')}`;

const event = {
  eventId: '1',
  name: 'chatMessage.sent',
  payload: { parts: [{ data: 'Grüße, 世界 🎉 \u2028 \\n' }] },
};
const one = JSON.stringify(event);
const many = JSON.stringify([event, { ...event, eventId: '2' }]);

/** Deliveries that are ours, and some that are not. */
export function signedCases(now = new Date()): Case[] {
  const sign = (body: string, timestamp: Date, ...secrets: readonly string[]) =>
    signatureHeaders({ id: 'msg_1', timestamp, body, secrets });
  const good = { body: one, secret: STANDARD, isComapiRight: true, events: [event] };
  const bad = { body: one, secret: STANDARD, headers: sign(one, now, STANDARD), isComapiRight: true };
  const long = (ms: number) => new Date(now.getTime() + ms);
  return [
    { ...good, name: 'a secret of the gateway', headers: sign(one, now, STANDARD) },
    { ...good, name: 'a secret of plain text', secret: PLAIN, headers: sign(one, now, PLAIN) },
    { ...good, name: 'a batch', body: many, headers: sign(many, now, STANDARD), events: JSON.parse(many) },
    { ...good, name: 'four minutes on the way', headers: sign(one, long(-240_000), STANDARD) },
    { ...good, name: 'the new secret of two', secret: NEWER, headers: sign(one, now, NEWER, STANDARD) },
    {
      ...good,
      name: 'the old secret of two',
      headers: sign(one, now, NEWER, STANDARD),
      isComapiRight: false,
    },
    { ...bad, name: 'another secret', secret: NEWER, isComapiRight: false },
    { ...bad, name: 'another secret of plain text', secret: PLAIN, isComapiRight: false },
    { ...bad, name: 'a body that was changed', body: `${one} `, isComapiRight: false },
    { ...bad, name: 'another id', headers: { ...bad.headers, 'webhook-id': 'msg_2' } },
    { ...bad, name: 'no signature', headers: { ...bad.headers, 'webhook-signature': '' } },
    { ...bad, name: 'half a signature', headers: { ...bad.headers, 'webhook-signature': 'v1,' } },
    { ...bad, name: 'no signature of either kind', headers: unsigned(bad.headers), isComapiRight: false },
    { ...bad, name: 'six minutes on the way', headers: sign(one, long(-360_000), STANDARD), isOld: true },
    { ...bad, name: 'from the future', headers: sign(one, long(360_000), STANDARD), isOld: true },
  ];
}

function unsigned(headers: Readonly<Record<string, string>>) {
  return { ...headers, 'webhook-signature': '', 'x-comapi-signature': '' };
}
