import assert from 'node:assert/strict';
import type { RawRequest } from '../../contract/index';
import { GARBAGE_BODIES } from '../garbage';
import { delivery, failure, type Kit, webhookOf } from '../kit';

/** Only the provider gets in. */
export function forgerySection(kit: Kit): void {
  if (!kit.supports.has('webhook')) return;

  kit.check(
    'forgery: a genuine request is taken, also twice',
    'Verify over the raw body and `request.url`; a replay is caught by its id later, not by its signature.',
    async () => {
      const { webhook } = webhookOf(kit);
      await webhook.verify(genuine(kit));
      await webhook.verify(genuine(kit));
    },
  );

  kit.check(
    'forgery: an unsigned request is refused',
    'A missing signature is ChannelError("forbidden"), like a wrong one.',
    () => refuses(kit, { ...genuine(kit), headers: { 'content-type': contentType(kit) } }),
  );

  kit.check(
    'forgery: a changed body is refused',
    'Sign over every byte of the body as it was received.',
    async () => {
      if (!signsBody(kit)) return;
      const { body } = genuine(kit);
      const changed = [
        Buffer.concat([body, Buffer.from(' ')]),
        Buffer.concat([body, Buffer.from('&x=1')]),
        Buffer.concat([Buffer.from('x=1&'), body]),
        body.subarray(0, body.length - 2),
        new Uint8Array(0),
      ];
      for (const forged of changed) await refuses(kit, { ...genuine(kit), body: forged });
    },
  );

  kit.check(
    'forgery: a changed header is refused',
    'Compare whole signatures in constant time; no prefix, no list, no empty one may pass.',
    async () => {
      const { headers } = genuine(kit);
      const needed: string[] = [];
      for (const [name, value] of Object.entries(headers)) {
        const others = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
        if (await passes(kit, { ...genuine(kit), headers: others })) continue;
        needed.push(name);
        for (const forged of ['', ' ', value.slice(0, -2), `${value}${value}`, flipped(value), 'ü€', '0'])
          await refuses(kit, { ...genuine(kit), headers: { ...headers, [name]: forged } });
      }
      assert.ok(needed.length > 0, 'no header at all is needed');
    },
  );

  kit.check(
    'forgery: a changed address is refused where it is signed',
    'Verify against `request.url` as it is, with its query.',
    async () => {
      const { url } = genuine(kit);
      if (!webhookOf(kit).driver.signsUrl) return;
      for (const forged of [
        `${url}&x=1`,
        `${url}?x=1`,
        url.replace('gateway.test', 'evil.test'),
        'nonsense',
        '',
      ])
        await refuses(kit, { ...genuine(kit), url: forged });
    },
  );

  kit.check(
    'forgery: the signature of one account does not open another',
    'Check with this account’s own secret, and keep no secrets in module state.',
    async () => {
      const other = kit.open(kit.driver.otherConfig);
      const request = genuine(kit);
      const { webhook } = webhookOf(kit);
      await webhook.verify(request);
      assert.equal((await failure(() => other.webhook?.verify(request))).kind, 'forbidden');
      await webhook.verify(request);
    },
  );

  kit.check(
    'forgery: the signature of an empty body opens no other',
    'Whatever the type of the content, its every byte must be signed: else one captured request opens the door for all.',
    async () => {
      if (!signsBody(kit)) return;
      const { body } = genuine(kit);
      const empty = webhookOf(kit).driver.sign(new Uint8Array(0));
      const bodies = [body, Buffer.from(JSON.stringify(Object.fromEntries(new URLSearchParams(text(body)))))];
      for (const type of [
        contentType(kit),
        'application/json',
        'application/json; charset=utf-8',
        'text/plain',
        '',
      ])
        for (const forged of bodies)
          await refuses(kit, { ...empty, headers: { ...empty.headers, 'content-type': type }, body: forged });
    },
  );

  kit.check(
    'forgery: garbage is refused, and never a crash',
    'Whatever arrives, `verify` throws ChannelError("forbidden") or nothing else.',
    async () => {
      const { headers } = genuine(kit);
      for (const body of Object.values(GARBAGE_BODIES)) {
        await refuses(kit, { ...genuine(kit), headers: {}, body });
        if (!signsBody(kit)) continue;
        await refuses(kit, { ...genuine(kit), headers, body });
        await refuses(kit, {
          ...genuine(kit),
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        });
      }
      await refuses(kit, { ...genuine(kit), method: 'GET', headers: {}, body: new Uint8Array(0) });
    },
  );
}

function signsBody(kit: Kit): boolean {
  return webhookOf(kit).driver.signsBody !== false;
}

function genuine(kit: Kit): RawRequest {
  return delivery(kit, { is: 'message', id: 'm1', text: 'hi' });
}

function text(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8');
}

function contentType(kit: Kit): string {
  return genuine(kit).headers['content-type'] ?? '';
}

async function passes(kit: Kit, request: RawRequest): Promise<boolean> {
  try {
    await webhookOf(kit).webhook.verify(request);
    return true;
  } catch {
    return false;
  }
}

async function refuses(kit: Kit, forged: RawRequest): Promise<void> {
  const { kind } = await failure(() => webhookOf(kit).webhook.verify(forged));
  assert.equal(kind, 'forbidden');
}

/** The same length, one character other. */
function flipped(value: string): string {
  const middle = Math.floor(value.length / 2);
  return value.slice(0, middle) + (value[middle] === 'A' ? 'B' : 'A') + value.slice(middle + 1);
}
