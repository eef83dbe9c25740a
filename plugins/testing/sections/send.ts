import assert from 'node:assert/strict';
import type { OutboundMedia } from '../../contract/index';
import { failure, type Kit, sending, text } from '../kit';
import { settles, until } from '../until';

const TEXTS: readonly string[] = [
  'héllo 👋\n2nd line',
  ' spaces at both ends ',
  'https://example.com/?a=1&b=%202#c+d',
  'مرحبا\u200f! שלום',
  '👨‍👩‍👧‍👦 🇬🇧 e\u0301 ﷽',
  '<b>not html</b> & "quotes" \\ `ticks`',
  '日本語のメッセージ',
];

/** Sending when all is well, and being told to stop. */
export function sendSection(kit: Kit): void {
  const { capabilities } = kit.definition;

  kit.check(
    'send: returns the id under which the provider knows the message',
    'Give back in `externalIds` what the provider answered, all of them and unchanged.',
    async () => {
      const first = await kit.channel.send(text(kit, 'one'), sending());
      const second = await kit.channel.send(text(kit, 'one'), sending());
      const ids = kit.driver.accepted().map(({ externalId }) => externalId);
      assert.deepEqual([...first.externalIds, ...second.externalIds], ids);
      assert.equal(new Set(ids).size, ids.length, 'two messages have one id');
      assert.ok(['accepted', 'sent', 'delivered'].includes(first.state), first.state);
    },
  );

  kit.check(
    'send: the customer gets the text as it was written',
    'Do not trim, re-encode or normalize: the host has already fitted the text to the capabilities.',
    async () => {
      for (const body of TEXTS) await kit.channel.send(text(kit, body), sending());
      const { party } = kit.driver.customer;
      assert.deepEqual(
        kit.driver.accepted().map((sent) => [sent.to, sent.text]),
        TEXTS.map((body) => [party, body]),
      );
    },
  );

  kit.check(
    'send: the answer leaves by the address that the customer wrote to',
    'Send from `message.to.own`: an answer from another number or page is a stranger’s to the customer.',
    async () => {
      await kit.channel.send(text(kit, 'hi'), sending());
      const [sent] = kit.driver.accepted();
      if (sent && 'from' in sent) assert.equal(sent.from, kit.driver.customer.own);
    },
  );

  kit.check(
    'send: takes a text of exactly the declared length',
    'Declare the length that the provider takes in `text.maxLength`, and never cut a text.',
    async () => {
      const { maxLength } = capabilities.text;
      await kit.channel.send(text(kit, 'x'.repeat(maxLength)), sending());
      assert.equal(kit.driver.accepted()[0]?.text.length, maxLength);
    },
  );

  if (capabilities.media) mediaChecks(kit, capabilities.media);
  richChecks(kit);

  kit.check(
    'send: as many at once as declared do not get mixed up',
    'Keep nothing of a message outside of its own call: `sendConcurrency` of them run side by side.',
    async () => {
      const { customer, otherCustomer } = kit.driver;
      const bodies = Array.from({ length: capabilities.sendConcurrency ?? 8 }, (_, index) => `text ${index}`);
      const receipts = await Promise.all(
        bodies.map((body, index) =>
          kit.channel.send(text(kit, body, { to: index % 2 ? customer : otherCustomer }), sending()),
        ),
      );
      const byId = new Map(kit.driver.accepted().map((sent) => [sent.externalId, sent]));
      receipts.forEach(({ externalIds: [id] }, index) => {
        assert.equal(byId.get(id)?.text, bodies[index]);
        assert.equal(byId.get(id)?.to, (index % 2 ? customer : otherCustomer).party);
      });
    },
  );

  kit.check(
    'send: what was given up beforehand is not sent',
    'Look at `context.signal` before the first byte: an aborted send rejects, and is surely not sent.',
    async () => {
      const error = await failure(() =>
        kit.channel.send(text(kit, 'too late'), sending({ signal: AbortSignal.abort() })),
      );
      assert.equal(error.kind, 'unavailable');
      assert.notEqual(error.detail.maybeSent, true, 'it was surely not sent: do not say maybe');
      assert.deepEqual(kit.driver.accepted(), []);
    },
  );

  kit.check(
    'send: giving up ends the request and drops its connection',
    'Pass `context.signal` to the request itself: a race alone leaves the socket open for ever.',
    async () => {
      await kit.driver.fail('silent');
      const stop = new AbortController();
      const sent = failure(() => kit.channel.send(text(kit, 'hi'), sending({ signal: stop.signal })));
      await until(() => kit.driver.pending() > 0, 'the request did not reach the provider');
      stop.abort();
      const error = await settles(sent, 'it is still not settled');
      assert.equal(error.kind, 'unavailable');
      assert.equal(error.detail.maybeSent, true, 'the provider has the request: it may be sent');
      await until(() => kit.driver.pending() === 0, 'the provider still holds the connection');
    },
  );

  if (capabilities.idempotentSend)
    kit.check(
      'send: the same key twice is one message',
      'Hand `idempotencyKey` to the provider, or set `idempotentSend: false`.',
      async () => {
        const idempotencyKey = 'msg_same.0';
        await kit.channel.send(text(kit, 'a'), sending({ idempotencyKey }));
        await kit.channel.send(text(kit, 'a'), sending({ idempotencyKey, attempt: 2 }));
        assert.equal(kit.driver.accepted().length, 1);
      },
    );
}

function mediaChecks(kit: Kit, media: NonNullable<Kit['definition']['capabilities']['media']>): void {
  kit.check(
    'send: media goes out, with words and without, as many as declared',
    'Hand over every medium, in order; `media.perMessage` says how many, and a text is not needed.',
    async () => {
      const { mimeTypes, perMessage, alone } = media;
      const mimeType = (mimeTypes[0] ?? 'image/*').replace('/*', '/png');
      const pictures = Array.from({ length: perMessage }, (_, index) => picture(index, mimeType));
      const { text: _none, ...captionless } = text(kit, '');
      const words = alone ? '' : 'look';
      const first = { ...captionless, ...(words && { text: words }), media: pictures.slice(0, 1) };
      await kit.channel.send(first, sending());
      await kit.channel.send({ ...captionless, media: pictures }, sending());
      const [one, many] = kit.driver.accepted();
      assert.equal(one?.text, words);
      assert.equal(one.media.length, 1);
      assert.equal(many?.text, '');
      assert.equal(many.media.length, perMessage);
      many.media.forEach((sent, index) => {
        if ('url' in sent) assert.equal(sent.url, pictures[index]?.url);
        else assert.equal(sent.bytes, BYTES.byteLength);
      });
    },
  );
}

function richChecks(kit: Kit): void {
  const { choices, templates, text: words } = kit.definition.capabilities;
  if (templates)
    kit.check(
      'send: a template goes out by its name, with its blanks filled',
      'Hand over `message.template` instead of the text, or leave `templates` out of the capabilities.',
      async () => {
        const template = { name: 'order_ready', language: 'en_GB', values: ['Ann 👋', 'number 7'] };
        const { text: _none, ...wordless } = text(kit, '');
        await kit.channel.send({ ...wordless, template }, sending());
        assert.deepEqual(kit.driver.accepted()[0]?.template, template);
        assert.deepEqual(kit.driver.accepted()[0]?.to, kit.driver.customer.party);
      },
    );
  if (choices)
    kit.check(
      'send: choices reach the customer',
      'Render `choices` in the provider’s own way, or leave them out of the capabilities.',
      async () => {
        const offered = Array.from({ length: choices.max }, (_, index) => ({
          id: `choice_${index}`,
          label: 'x'.repeat(choices.maxLabel - 2) + String(index).padStart(2, '0'),
        }));
        await kit.channel.send(text(kit, 'choose', { choices: offered }), sending());
        assert.deepEqual(
          kit.driver.accepted()[0]?.choices,
          offered.map(({ label }) => label),
        );
      },
    );
  if (words.html || words.subject)
    kit.check(
      'send: HTML and subject reach the customer',
      'Hand over `html` and `subject` where the capabilities declare them.',
      async () => {
        const html = '<p>héllo</p>';
        await kit.channel.send(text(kit, 'héllo', { html, subject: 'Your örder' }), sending());
        const [sent] = kit.driver.accepted();
        if (words.html) assert.ok(sent?.html?.includes(html), sent?.html);
        if (words.subject) assert.equal(sent?.subject, 'Your örder');
      },
    );
}

const BYTES = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function picture(index: number, mimeType: string): OutboundMedia {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield BYTES;
    await Promise.resolve();
  }
  return {
    url: `https://gateway.test/media/${index}?token=a%2Bb&expires=1`,
    mimeType,
    name: `picture ${index}.png`,
    open: () => Promise.resolve({ body: body(), mimeType, bytes: BYTES.byteLength }),
  };
}
