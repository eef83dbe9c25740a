import { iso } from '../../model/instant';
import type { Lease } from '../../nodes/lease';
import { appendEvents } from '../../store/events';
import { changedNow } from '../../store/made';
import { lockWebhook, updateWebhook, type Webhook } from '../../store/webhooks';
import { happened } from '../facts';
import type { HookContext } from './context';

export interface Disabling {
  readonly webhook: Pick<Webhook, 'id' | 'spaceId'>;
  readonly lease: Lease;
  readonly why: string;
}

/** Delivers nothing more to an endpoint until somebody enables it again; says so in the log. What waits is kept. */
export async function disable(context: HookContext, { webhook, lease, why }: Disabling): Promise<void> {
  const act = { by: 'gateway', at: context.now() };
  await context.store.transaction(async (tx) => {
    await lease.fence(tx);
    const before = await lockWebhook(tx, webhook.spaceId, webhook.id);
    if (!before?.isEnabled) return;
    const after = { ...before, isEnabled: false, disabledReason: why, ...changedNow(before, act) };
    await updateWebhook(tx, after);
    const { name, url, failingSince } = after;
    const since = failingSince === undefined ? {} : { failingSince: iso(failingSince) };
    await appendEvents(tx, [happened('webhook.disabled', after, act, { name, url, reason: why, ...since })]);
  });
  context.log.warn({ webhookId: webhook.id, why }, 'web hook disabled');
}
