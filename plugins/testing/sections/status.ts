import assert from 'node:assert/strict';
import { REASONS, type StatusUpdate } from '../../contract/index';
import type { Accepted } from '../driver';
import { type Kit, sending, text } from '../kit';
import { arrive } from './webhook';

/** How far a message got, on the provider's evidence. */
export function statusSection(kit: Kit): void {
  if (!kit.supports.has('webhook')) return;
  const { states } = kit.definition.capabilities;

  for (const state of states)
    kit.check(
      `status: ${state} comes back for the message that was sent`,
      'Map every state that the capabilities declare, each to its own and for the id that `send` gave.',
      async () => {
        const { sent, externalId } = await sendOne(kit);
        const statuses = await statusesOf(kit, { is: 'status', externalId, state });
        assert.ok(statuses.length > 0, 'the status vanished');
        for (const status of statuses) {
          assert.equal(status.state, state);
          compareTarget(kit, status, sent);
          if (status.reason !== undefined) assert.ok(REASONS.includes(status.reason), status.reason);
        }
        if (state === 'failed') assert.ok(statuses[0]?.reason, 'a failure without a reason');
      },
    );

  kit.check(
    'status: only declared states come back',
    'Declare in `capabilities.states` all that a status update may carry.',
    async () => {
      const { externalId } = await sendOne(kit);
      for (const state of ['accepted', 'sent', 'delivered', 'read', 'failed'] as const) {
        const statuses = await statusesOf(kit, { is: 'status', externalId, state });
        for (const status of statuses) assert.ok(states.includes(status.state), status.state);
      }
    },
  );

  if (states.length > 0)
    kit.check(
      'status: one from the future is ignored, and no failure',
      'Give `ignored` for a status that you do not know: guessing one would be a state without evidence.',
      async () => {
        const { externalId } = await sendOne(kit);
        const events = await arrive(kit, { is: 'unknown_status', externalId });
        assert.ok(events.length > 0, 'it vanished without a word');
        for (const { type } of events) assert.equal(type, 'ignored');
      },
    );
}

async function sendOne(kit: Kit): Promise<{ readonly sent: Accepted; readonly externalId: string }> {
  const { externalIds } = await kit.channel.send(
    text(kit, 'hi'),
    sending({ idempotencyKey: 'msg_1/2&a=b ü.0' }),
  );
  const sent = kit.driver.accepted()[0] ?? assert.fail('it was not sent');
  return { sent, externalId: externalIds[0] };
}

async function statusesOf(kit: Kit, sample: Parameters<typeof arrive>[1]): Promise<readonly StatusUpdate[]> {
  const events = await arrive(kit, sample);
  return events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
}

function compareTarget(kit: Kit, { target }: StatusUpdate, sent: Accepted): void {
  if ('externalId' in target) {
    assert.equal(target.externalId, sent.externalId);
    if (sent.key === undefined) return;
    assert.equal(sent.key, 'msg_1/2&a=b ü.0', 'the provider was told another key');
    assert.equal(target.idempotencyKey, sent.key, 'the provider gives the key back: hand it on');
    return;
  }
  assert.equal(target.address.party, kit.driver.customer.party);
}
