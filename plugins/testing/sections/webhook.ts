import assert from 'node:assert/strict';
import type { InboundEvent, InboundMessage, RawRequest } from '../../contract/index';
import { HELP_ALONG, LONG_TEXT, mustBeSmall } from '../along';
import type { Sample } from '../driver';
import { GARBAGE_BODIES } from '../garbage';
import { inAnotherYear } from '../in-another-year';
import { type Kit, webhookOf } from '../kit';

const BODY = 'héllo 👋\n2nd & last';

/** What a provider delivers, and what becomes of it. */
export function webhookSection(kit: Kit): void {
  if (!kit.supports.has('webhook')) return;
  messageChecks(kit);
  unknownChecks(kit);
  pureChecks(kit);

  kit.check(
    'webhook: the answer is a success',
    '`reply` answers with 2xx, in the form that the provider wants, for messages, statuses and what is unknown.',
    () => {
      const { webhook, driver } = webhookOf(kit);
      for (const is of ['message', 'unknown_event'] as const) {
        for (const request of driver.deliver(is === 'message' ? { is, id: 'm1', text: 'hi' } : { is })) {
          const { status } = webhook.reply?.(request) ?? { status: 200 };
          assert.ok(status >= 200 && status < 300, `${is}: ${status}`);
        }
      }
    },
  );
}

/** Verifies and parses what the provider delivers. */
export async function arrive(kit: Kit, sample: Sample): Promise<readonly InboundEvent[]> {
  const { webhook, driver } = webhookOf(kit);
  const events: InboundEvent[] = [];
  for (const request of driver.deliver(sample)) {
    await webhook.verify(request);
    events.push(...webhook.parse(request));
  }
  return events;
}

/** The messages of a sample, which must consist of nothing else. */
export async function messagesOf(kit: Kit, sample: Sample): Promise<readonly InboundMessage[]> {
  return (await arrive(kit, sample)).map((event) => {
    assert.equal(event.type, 'message', `${sample.is} became ${JSON.stringify(event)}`);
    return event.message;
  });
}

function messageChecks(kit: Kit): void {
  kit.check(
    'webhook: a message arrives whole',
    'Map the id, both addresses and the text, each unchanged; `party` in canonical form, `own` or `via` an identity.',
    async () => {
      const [message, ...more] = await messagesOf(kit, { is: 'message', id: 'm1', text: BODY });
      assert.equal(more.length, 0, 'one message became several');
      assert.equal(message?.text, BODY);
      assert.ok(message.externalId, 'externalId is empty');
      const { definition, driver } = kit;
      assert.equal(message.address.party, definition.normalizeAddress(message.address.party));
      const names = definition.identities(driver.config);
      assert.ok(
        [message.address.own, message.via].some((name) => name !== undefined && names.includes(name)),
      );
      assert.deepEqual(message.media, []);
    },
  );

  kit.check(
    'webhook: the same message has the same id, and another one another',
    'Take `externalId` from the provider; ids made of the clock or of chance make every repeated delivery a new message.',
    async () => {
      const ids = ['m1', 'm1', 'm2'].map(async (id) => {
        const [message] = await messagesOf(kit, { is: 'message', id, text: 'same words' });
        return message?.externalId;
      });
      const [first, again, other] = await Promise.all(ids);
      assert.equal(again, first);
      assert.notEqual(other, first);
    },
  );

  kit.check(
    'webhook: pictures without a word are a message',
    'A message without text is a message all the same, with its media in order.',
    async () => {
      const { perMessage } = kit.definition.capabilities.media ?? { perMessage: 1 };
      for (const count of [1, perMessage]) {
        const messages = await messagesOf(kit, { is: 'media', id: `p${count}`, count });
        const media = messages.flatMap((message) => message.media);
        assert.ok(
          messages.every(({ unsupported }) => unsupported === undefined),
          'pictures are shown as unsupported',
        );
        assert.equal(media.length, count);
        assert.equal(new Set(media.map(({ ref, data }) => data ?? ref)).size, count, 'two media are one');
        for (const { ref, data, mimeType } of media) {
          assert.ok(data ?? ref, 'a medium without a ref');
          assert.match(mimeType, /^[\w.+-]+\/[\w.+-]+$/);
        }
      }
    },
  );

  kit.check('webhook: what comes along with a message is small', HELP_ALONG, async () => {
    const { perMessage: count } = kit.definition.capabilities.media ?? { perMessage: 1 };
    mustBeSmall(await arrive(kit, { is: 'message', id: 'long', text: LONG_TEXT }));
    mustBeSmall(await arrive(kit, { is: 'media', id: 'many', count }));
  });

  kit.check(
    'webhook: nothing of a batch is lost or reordered',
    'Walk all entries of a delivery: providers send several messages at once.',
    async () => {
      const texts = (await messagesOf(kit, { is: 'batch', ids: ['a', 'b', 'c'] })).map(({ text }) => text);
      assert.deepEqual(texts, ['a', 'b', 'c']);
    },
  );
}

function unknownChecks(kit: Kit): void {
  kit.check(
    'webhook: an event from the future is told, not dropped',
    'Give `{ type: "ignored", reason }` for what you do not know: never nothing, never an exception.',
    async () => {
      const events = await arrive(kit, { is: 'unknown_event' });
      assert.ok(events.length > 0, 'it vanished without a word');
      for (const event of events) {
        assert.equal(event.type, 'ignored', JSON.stringify(event));
        assert.ok(event.reason, 'no reason');
      }
    },
  );

  kit.check(
    'webhook: content from the future is shown as unsupported',
    'A message of a kind that you do not know is a message with `unsupported: { kind, raw }`, so that an agent sees it.',
    async () => {
      const [message] = await messagesOf(kit, { is: 'unknown_content', id: 'u1' });
      assert.ok(message?.unsupported?.kind, 'not marked as unsupported');
      assert.ok(message.unsupported.raw, 'without its raw payload');
    },
  );

  kit.check(
    'webhook: no signed body makes parsing throw, or vanish',
    'Parse what you are sure of and call the rest ignored: a provider’s bad day must not become a crash here.',
    async () => {
      const { webhook, driver } = webhookOf(kit);
      for (const [name, body] of Object.entries(GARBAGE_BODIES)) {
        const request = driver.sign(body);
        await webhook.verify(request);
        const events = webhook.parse(request);
        assert.ok(events.length > 0, `${name}: it vanished`);
        assert.ok(
          events.every(({ type }) => type !== 'status'),
          `${name}: taken for a status`,
        );
        assert.ok(!('polluted' in {}), `${name}: it polluted every object`);
      }
    },
  );
}

function pureChecks(kit: Kit): void {
  kit.check(
    'webhook: parsing is pure',
    '`parse` reads the request and nothing else: no clock, no chance, no state, and it changes nothing.',
    () => {
      const { webhook, driver } = webhookOf(kit);
      const later = kit.open(kit.driver.config, { now: () => new Date('2031-05-05T05:05:05Z') });
      const samples: readonly Sample[] = [
        { is: 'message', id: 'm1', text: BODY },
        { is: 'media', id: 'm2', count: 1 },
        { is: 'unknown_event' },
      ];
      for (const request of samples.flatMap((sample) => driver.deliver(sample))) {
        const before = copyOf(request);
        const events = webhook.parse(request);
        assert.deepEqual(webhook.parse(request), events, 'the second time differs');
        assert.deepEqual(webhook.parse(copyOf(before)), events, 'a copy differs');
        const muchLater = inAnotherYear(() => later.webhook?.parse(copyOf(before)));
        assert.deepEqual(muchLater, events, 'another time, another event');
        assert.deepEqual(copyOf(request), before, 'the request was changed');
      }
    },
  );
}

function copyOf(request: RawRequest): RawRequest {
  return { ...request, headers: { ...request.headers }, body: Uint8Array.from(request.body) };
}
