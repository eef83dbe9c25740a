import type { RawRequest, SharedPart } from 'parley-gateway/plugin';
import { isRecord, type Json, listAt, parseJson, recordAt, recordsAt, textAt } from './json';

/** One change of a delivery: what happened to which number. */
export interface Change {
  readonly businessAccountId: string | undefined;
  readonly field: string;
  readonly value: Json;
  /** Absent where it is about the whole business account. */
  readonly phoneNumberId: string | undefined;
}

/** What a delivery consists of; undefined when it is none of WhatsApp's. */
export function changesOf(request: RawRequest): readonly Change[] | undefined {
  const body = parseJson(textOf(request));
  if (!isRecord(body)) return undefined;
  // The "Test" button of the app dashboard sends a change without an entry around it.
  if (textAt(body, 'field') !== undefined) return [changeOf(body, undefined)];
  if (body['object'] !== 'whatsapp_business_account' || !Array.isArray(body['entry'])) return undefined;
  return recordsAt(body, 'entry').flatMap((entry) =>
    listAt(entry, 'changes').map((change) =>
      changeOf(isRecord(change) ? change : { unreadable: change }, textAt(entry, 'id')),
    ),
  );
}

function changeOf(change: Json, businessAccountId: string | undefined): Change {
  const value = recordAt(change, 'value');
  return {
    ...{ businessAccountId, value, field: textAt(change, 'field') ?? 'unknown' },
    phoneNumberId: textAt(recordAt(value, 'metadata'), 'phone_number_id'),
  };
}

/** The text of a delivery, as it came. */
export function textOf({ body }: RawRequest): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

/** A body that holds these changes and nothing else. */
export function bodyOf(changes: readonly Change[]): string {
  const entry = changes.map(({ businessAccountId: id, field, value }) => ({
    ...(id !== undefined && { id }),
    changes: [{ field, value }],
  }));
  return JSON.stringify({ object: 'whatsapp_business_account', entry });
}

/** A body that holds one thing of a change alone, such as one of its messages. */
export function alone(change: Change, list: string, one: unknown): string {
  const { messages: _messages, statuses: _statuses, message_echoes: _echoes, ...rest } = change.value;
  return bodyOf([{ ...change, value: { ...rest, [list]: [one] } }]);
}

/** The parts of a delivery by number: an app has one address for all of its numbers. */
export function split(request: RawRequest): readonly SharedPart[] {
  const changes = changesOf(request) ?? [];
  const numbers = [...new Set(changes.map(({ phoneNumberId }) => phoneNumberId ?? ''))];
  if (numbers.length <= 1) return numbers.map((identity) => ({ identity, request }));
  return numbers.map((identity) => {
    const own = changes.filter(({ phoneNumberId }) => (phoneNumberId ?? '') === identity);
    return { identity, request: { ...request, body: Buffer.from(bodyOf(own)) } };
  });
}
