import assert from 'node:assert/strict';
import type { InboundEvent } from '../../contract/index';
import { failure, type Kit, sending, soon, text } from '../kit';
import { memoryInbox } from '../memory-inbox';
import { messagesOf } from './webhook';

const MINUTE_MS = 60_000;

/** Filling the gap that an outage left. */
export function backlogSection(kit: Kit): void {
  if (!kit.supports.has('listSince')) return;

  kit.check(
    'backlog: what was missed is handed in once each, oldest first',
    '`listSince` walks all pages, and sorts what it found: an outage must leave neither a gap nor a shuffle.',
    async () => {
      const start = Date.now() - 10 * MINUTE_MS;
      const ids = Array.from({ length: 12 }, (_, index) => `missed ${index}`);
      for (const [index, id] of ids.entries())
        await miss(kit, { id, text: id, at: new Date(start + index * 2_000) });
      const inbox = memoryInbox();
      await list(kit, new Date(start), inbox);
      assert.deepEqual(textsOf(inbox.events), ids);
    },
  );

  kit.check(
    'backlog: what came before is left alone',
    'Go by `since`: not the whole history of the account.',
    async () => {
      const now = Date.now();
      await miss(kit, { id: 'old', text: 'old', at: new Date(now - 48 * 60 * MINUTE_MS) });
      await miss(kit, { id: 'new', text: 'new', at: new Date(now - MINUTE_MS) });
      const inbox = memoryInbox();
      await list(kit, new Date(now - 5 * MINUTE_MS), inbox);
      assert.deepEqual(textsOf(inbox.events), ['new']);
    },
  );

  kit.check(
    'backlog: what we sent is not handed in as the customer’s',
    'Tell the directions apart: our own answer is at most an `echo`.',
    async () => {
      await kit.channel.send(text(kit, 'our answer'), sending());
      await miss(kit, { id: 'm1', text: 'their question', at: new Date() });
      const inbox = memoryInbox();
      await list(kit, new Date(Date.now() - MINUTE_MS), inbox);
      assert.deepEqual(textsOf(inbox.events), ['their question']);
    },
  );

  if (kit.supports.has('webhook'))
    kit.check(
      'backlog: a message has the same id as in its webhook',
      'Take `externalId` and the addresses from where the webhook has them: the host knows by them what it has.',
      async () => {
        const [delivered] = await messagesOf(kit, { is: 'message', id: 'm1', text: 'twice' });
        await miss(kit, { id: 'm1', text: 'twice', at: new Date() });
        const inbox = memoryInbox();
        await list(kit, new Date(Date.now() - MINUTE_MS), inbox);
        const [event] = inbox.events;
        assert.equal(event?.type, 'message');
        assert.equal(event.message.externalId, delivered?.externalId);
        assert.deepEqual(event.message.address, delivered?.address);
        assert.equal(event.message.text, delivered?.text);
      },
    );

  kit.check(
    'backlog: what could not be stored is not passed over',
    'Await `inbox.accept` and let its error out: the host then starts again from the same time.',
    async () => {
      await miss(kit, { id: 'm1', text: 'one', at: new Date() });
      const inbox = memoryInbox({ failing: 1 });
      await assert.rejects(() => list(kit, new Date(Date.now() - MINUTE_MS), inbox), /the database is down/);
    },
  );

  kit.check(
    'backlog: a provider in trouble is an error, not an empty list',
    'Throw when you could not look: else the gap counts as filled.',
    async () => {
      await miss(kit, { id: 'm1', text: 'one', at: new Date() });
      await kit.driver.fail('busy');
      const error = await failure(() => list(kit, new Date(Date.now() - MINUTE_MS), memoryInbox()));
      assert.equal(error.kind, 'unavailable');
    },
  );
}

type Missed = Parameters<NonNullable<Kit['driver']['backlog']>['miss']>[0];

function miss(kit: Kit, message: Missed): Promise<void> {
  return (kit.driver.backlog ?? assert.fail('the driver needs its `backlog` part')).miss(message);
}

async function list(kit: Kit, since: Date, inbox: ReturnType<typeof memoryInbox>): Promise<void> {
  await kit.channel.listSince?.(since, inbox, soon());
}

function textsOf(events: readonly InboundEvent[]): readonly (string | undefined)[] {
  return events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
}
