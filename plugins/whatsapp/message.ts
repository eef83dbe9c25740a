import type { Address, InboundEvent, InboundMessage } from 'parley-gateway/plugin';
import { normalizeAddress } from './address';
import { contentOf } from './content';
import type { Change } from './envelope';
import { type Json, recordAt, recordsAt, textAt, timeAt } from './json';
import type { Said } from './said';

/** A message of a customer's, or what they do to an earlier one. */
export function readMessage(change: Change, message: Json): Said {
  const address = addressOf(change, message, 'from');
  const type = textAt(message, 'type') ?? 'unknown';
  if (!address) return 'a message that does not say of whom it is';
  if (textAt(message, 'group_id') !== undefined) return 'a message of a group';
  if (type === 'request_welcome') return { type: 'ignored', reason: 'a customer opened the conversation' };
  if (Object.hasOwn(CHANGES, type)) return changed(message, { type, address, by: 'customer' });
  const whole = wholeOf(message, address, contactOf(change.value, message));
  return whole ? { type: 'message', message: whole } : 'a message without an id';
}

/** What our side wrote or did in WhatsApp's own app for businesses. */
export function readEcho(change: Change, message: Json): Said {
  const address = addressOf(change, message, 'to');
  const type = textAt(message, 'type') ?? 'unknown';
  if (!address) return 'an echo that does not say to whom it is';
  if (Object.hasOwn(CHANGES, type)) return changed(message, { type, address, by: 'us' });
  const whole = wholeOf(message, address, {});
  return whole ? { type: 'echo', message: whole } : 'an echo without an id';
}

function wholeOf(message: Json, address: Address, contact: Json): InboundMessage | undefined {
  const externalId = textAt(message, 'id');
  if (externalId === undefined) return undefined;
  const name = textAt(recordAt(contact, 'profile'), 'name');
  const at = timeAt(message, 'timestamp');
  return {
    ...{ externalId, address, sender: name === undefined ? {} : { name } },
    ...(at && { sentAt: at }),
    ...contentOf(message, contact),
  };
}

/** Whoever hides their number has a business-scoped id alone. */
function addressOf({ phoneNumberId }: Change, message: Json, side: 'from' | 'to'): Address | undefined {
  const party = normalizeAddress(textAt(message, side) ?? textAt(message, `${side}_user_id`) ?? '');
  return phoneNumberId !== undefined && party !== undefined ? { own: phoneNumberId, party } : undefined;
}

function contactOf(value: Json, message: Json): Json {
  const [from, userId] = [textAt(message, 'from'), textAt(message, 'from_user_id')];
  const isTheirs = (contact: Json): boolean =>
    from === undefined ? textAt(contact, 'user_id') === userId : textAt(contact, 'wa_id') === from;
  return recordsAt(value, 'contacts').find(isTheirs) ?? {};
}

type Alteration = Extract<InboundEvent, { type: 'change' }>['change'];

/** What is done to earlier messages: which one, and what. */
const CHANGES: Readonly<
  Record<string, (body: Json) => readonly [id: string | undefined, what: Alteration['what'] | undefined]>
> = {
  reaction(body) {
    const emoji = textAt(body, 'emoji');
    return [textAt(body, 'message_id'), { is: 'reaction', ...(emoji !== undefined && { emoji }) }];
  },
  edit(body) {
    const message = recordAt(body, 'message');
    const content = recordAt(message, textAt(message, 'type') ?? 'text');
    const text = textAt(content, 'body') ?? textAt(content, 'caption');
    return [textAt(body, 'original_message_id'), text === undefined ? undefined : { is: 'edit', text }];
  },
  revoke: (body) => [textAt(body, 'original_message_id'), { is: 'unsend' }],
};

function changed(
  message: Json,
  { type, ...who }: { readonly type: string; readonly address: Address; readonly by: Alteration['by'] },
): Said {
  const [externalId, what] = CHANGES[type]?.(recordAt(message, type)) ?? [];
  if (externalId === undefined || what === undefined) return `a change (${type}) that cannot be read`;
  const at = timeAt(message, 'timestamp');
  return { type: 'change', change: { externalId, what, ...who, ...(at && { at }) } };
}
