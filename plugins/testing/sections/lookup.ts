import assert from 'node:assert/strict';
import type { OutboundMessage, SentMatch } from '../../contract/index';
import { failure, type Kit, sending, soon, text } from '../kit';

/** Finding out what became of a send whose answer was lost. */
export function lookupSection(kit: Kit): void {
  if (!kit.supports.has('findSent')) return;

  kit.check(
    'lookup: what was sent is found',
    '`findSent` gives the id that the provider knows the message by, also when the answer to `send` was lost.',
    async () => {
      const since = new Date();
      const message = text(kit, 'did this arrive? 👋');
      await kit.driver.fail('reset_after_accept');
      await failure(() => kit.channel.send(message, sending()));
      const [sent] = kit.driver.accepted();
      assert.ok(sent, 'the driver did not accept it');
      assert.deepEqual(await idsOf(kit, message, since), [sent.externalId]);
    },
  );

  kit.check(
    'lookup: what was never sent is not found',
    'Compare all that the provider keeps, whole: to whom, the text and the media.',
    async () => {
      const since = new Date();
      const { customer, otherCustomer } = kit.driver;
      await kit.channel.send(text(kit, 'the same words', { to: otherCustomer }), sending());
      await kit.channel.send(text(kit, 'the same words, and more', { to: customer }), sending());
      await kit.channel.send(text(kit, 'the same', { to: customer }), sending());
      assert.deepEqual(await idsOf(kit, text(kit, 'the same words'), since), []);
    },
  );

  if (kit.supports.has('listSince'))
    kit.check(
      'lookup: what the customer wrote is not found',
      'Tell the directions apart: a customer who says “ok” has not proven ours.',
      async () => {
        const since = new Date();
        await kit.driver.backlog?.miss({ id: 'm1', text: 'ok', at: new Date() });
        assert.deepEqual(await idsOf(kit, text(kit, 'ok'), since), []);
      },
    );

  kit.check(
    'lookup: what the other account sent is not found',
    'Look at this account’s messages only.',
    async () => {
      const since = new Date();
      const other = kit.open(kit.driver.otherConfig);
      const own = kit.definition.identities(kit.driver.otherConfig)[0] ?? '';
      const to = { own, party: kit.driver.customer.party };
      await other.send(text(kit, 'from the other one', { to }), sending());
      assert.deepEqual(await idsOf(kit, text(kit, 'from the other one'), since), []);
    },
  );

  kit.check(
    'lookup: of several equal ones each is given, oldest first',
    'Give all candidates in order: the host knows which of them are taken.',
    async () => {
      const since = new Date();
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1)
        ids.push((await kit.channel.send(text(kit, 'again'), sending())).externalIds[0]);
      const matches = await find(kit, text(kit, 'again'), since);
      assert.deepEqual(
        matches.map(({ externalId }) => externalId),
        ids,
      );
      for (const { at } of matches)
        assert.ok(Math.abs(at.getTime() - Date.now()) < 60_000, `${at.toString()}`);
    },
  );

  kit.check(
    'lookup: one that was sent long before is not found',
    'Go by `since`: yesterday’s “ok” is not today’s.',
    async () => {
      await kit.channel.send(text(kit, 'ok'), sending());
      const tomorrow = new Date(Date.now() + 24 * 3_600_000);
      assert.deepEqual(await idsOf(kit, text(kit, 'ok'), tomorrow), []);
    },
  );

  for (const [fault, kind] of [
    ['busy', 'unavailable'],
    ['rate_limited', 'rate_limited'],
    ['bad_credentials', 'unauthorized'],
    ['refused', 'unavailable'],
  ] as const)
    kit.check(
      `lookup: ${fault} is an error and not “nothing found”`,
      'An empty answer proves that a message was never taken: throw when you could not look.',
      async () => {
        const since = new Date();
        await kit.channel.send(text(kit, 'hi'), sending());
        await kit.driver.fail(fault);
        const error = await failure(() => find(kit, text(kit, 'hi'), since));
        assert.equal(error.kind, kind);
      },
    );
}

async function find(kit: Kit, message: OutboundMessage, since: Date): Promise<readonly SentMatch[]> {
  const query = { message, idempotencyKey: 'msg_asked.0', since };
  return (await kit.channel.findSent?.(query, soon())) ?? assert.fail('findSent gave nothing');
}

async function idsOf(kit: Kit, message: OutboundMessage, since: Date): Promise<readonly string[]> {
  return (await find(kit, message, since)).map(({ externalId }) => externalId);
}
