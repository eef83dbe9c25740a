import type { DeliveryState, StatusUpdate } from 'parley-gateway/plugin';
import type { Change } from './envelope';
import { failureOfCode } from './error-codes';
import { type Json, numberAt, recordsAt, textAt, timeAt } from './json';
import type { Said } from './said';

const STATES: Readonly<Record<string, DeliveryState>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  // A voice message that was listened to.
  played: 'read',
  failed: 'failed',
};

/** How far a message of ours got; its key comes back with it, so that it may come before our request has returned. */
export function readStatus(_change: Change, status: Json): Said {
  const externalId = textAt(status, 'id');
  const name = textAt(status, 'status') ?? '';
  const state = Object.hasOwn(STATES, name) ? STATES[name] : undefined;
  if (externalId === undefined || !state) return 'a status that is not known';
  const at = timeAt(status, 'timestamp');
  const idempotencyKey = textAt(status, 'biz_opaque_callback_data');
  const target = { externalId, ...(idempotencyKey !== undefined && { idempotencyKey }) };
  return { type: 'status', status: { target, state, ...(at && { at }), ...whyFailed(status, state) } };
}

function whyFailed(status: Json, state: DeliveryState): Pick<StatusUpdate, 'reason' | 'providerCode'> {
  if (state !== 'failed') return {};
  const [error = {}] = recordsAt(status, 'errors');
  const code = numberAt(error, 'code');
  if (code === undefined) return { reason: 'unknown' };
  return { reason: failureOfCode(code)?.reason ?? 'unknown', providerCode: String(code) };
}
