import { etagOf } from '../../model/etag';
import { newId } from '../../model/id';
import { iso } from '../../model/instant';
import { countDeliveries } from '../../store/webhook-deliveries';
import type { Envelope } from '../envelope';
import { send } from './attempt';
import type { HookContext } from './context';
import type { HookLane } from './lane';
import { liveSecrets } from './secrets';

/** The name of what is not in the log. */
export const HEARTBEAT = 'webhook.heartbeat';

/** Tells an endpoint up to which number it has been given events, so that it can prove that it has them all. Not repeated: the next one says more. */
export async function sendHeartbeat(context: HookContext, lane: HookLane): Promise<void> {
  const { webhook, pending, partnerId } = lane.mark;
  const { dead } = await context.store.read((tx) => countDeliveries(tx, webhook.id));
  const on = context.now();
  const id = newId();
  const payload = {
    webhookId: webhook.id,
    sequence: webhook.sequence,
    seq: webhook.cursor,
    pending,
    deadLetters: dead,
  };
  const envelope: Envelope = {
    ...{ eventId: id, accountId: partnerId, apiSpaceId: webhook.spaceId, name: HEARTBEAT, payload },
    ...{ revision: 0, etag: etagOf({ revision: 0, updatedOn: on }), timestamp: iso(on), seq: webhook.cursor },
  };
  const body = JSON.stringify(webhook.batch ? [envelope] : envelope);
  const secrets = liveSecrets(context.vault, webhook, on);
  await send(context, { webhook, id, body, secrets, headers: { 'x-parley-heartbeat': 'true' } });
}
