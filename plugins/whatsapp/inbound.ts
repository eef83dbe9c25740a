import type { InboundEvent, RawRequest } from 'parley-gateway/plugin';
import { alone, bodyOf, type Change, changesOf, textOf } from './envelope';
import { isRecord, type Json, listAt, textAt } from './json';
import { readEcho, readMessage } from './message';
import type { Said } from './said';
import { readStatus } from './status';

/** What Meta delivered for one number, in the words of the contract. */
export function parse(request: RawRequest, phoneNumberId: string): readonly InboundEvent[] {
  const changes = changesOf(request);
  if (!changes) {
    const keep = textOf(request);
    return [{ type: 'ignored', reason: 'no delivery of WhatsApp’s', ...(keep !== '' && { keep }) }];
  }
  const events = changes.flatMap((change) => eventsOf(change, phoneNumberId));
  return events.length > 0 ? events : [{ type: 'ignored', reason: 'an empty delivery' }];
}

/** Of the business account, and nothing that a customer did. */
const ABOUT_THE_ACCOUNT =
  /^(account_|business_|message_template_|phone_number_|template_|security|user_preferences)/;

// Each list that a change may hold, and what one of it is.
const LISTS: readonly (readonly [list: string, read: (change: Change, one: Json) => Said])[] = [
  ['messages', readMessage],
  ['message_echoes', readEcho],
  ['statuses', readStatus],
  [
    'errors',
    (_change, one) => ({ type: 'ignored', reason: `WhatsApp reports error ${textAt(one, 'code')}` }),
  ],
];

function eventsOf(change: Change, phoneNumberId: string): readonly InboundEvent[] {
  const { field, value } = change;
  if (ABOUT_THE_ACCOUNT.test(field)) return [{ type: 'ignored', reason: `about the account: ${field}` }];
  const whole = (reason: string): readonly InboundEvent[] => [
    { type: 'ignored', reason, keep: bodyOf([change]) },
  ];
  if (change.phoneNumberId === undefined) return whole(`unknown field ${field.slice(0, 80)}`);
  if (change.phoneNumberId !== phoneNumberId) return whole('for another number');
  const lists = LISTS.filter(([list]) => Array.isArray(value[list]));
  if (lists.length === 0) return whole(`unknown field ${field.slice(0, 80)}`);
  return lists.flatMap(([list, read]) =>
    listAt(value, list).map((one): InboundEvent => {
      const said = isRecord(one) ? read(change, one) : `one of ${list} that cannot be read`;
      return typeof said === 'string'
        ? { type: 'ignored', reason: said, keep: alone(change, list, one) }
        : said;
    }),
  );
}
