import { createHash } from 'node:crypto';
import type { InboundEvent, InboundMessage, RawRequest } from '../../plugins/contract/index';
import { normalizeAddress } from './config';
import { contentOf } from './content';
import { alone, type Item, instantOf, itemsOf, textOf } from './envelope';
import { type Json, recordAt, textAt } from './json';
import { type Said, standby } from './said';

/** What Meta delivered for one page, in the words of the contract. */
export function parse(request: RawRequest, pageId: string): readonly InboundEvent[] {
  const items = itemsOf(request);
  if (!items) {
    const keep = textOf(request);
    return [{ type: 'ignored', reason: 'no delivery of a page', ...(keep !== '' && { keep }) }];
  }
  const events = items.flatMap((item) => eventsOf(item, pageId));
  return events.length > 0 ? events : [{ type: 'ignored', reason: 'an empty delivery' }];
}

type Read = (said: Said, body: Json) => readonly InboundEvent[] | undefined;

// The first name that an event has says what it is.
const KINDS: readonly (readonly [name: string, read: Read])[] = [
  ['message', readMessage],
  ['message_edit', readEdit],
  ['reaction', readReaction],
  ['postback', readPostback],
  ['delivery', readDelivery],
  ['read', readRead],
  ['referral', readReferral],
  ['optin', (said, body) => [visible(said, 'optin', body)]],
  ['pass_thread_control', (said, body) => control(said, textAt(body, 'new_owner_app_id'))],
  ['take_thread_control', (said, body) => control(said, textAt(body, 'new_owner_app_id') ?? 'another app')],
  ['request_thread_control', () => ignored('another app asks for the conversation')],
  ['app_roles', () => ignored('roles of apps changed')],
  ['account_linking', () => ignored('an account was linked')],
];

function eventsOf(item: Item, pageId: string): readonly InboundEvent[] {
  const { event } = item;
  const kind = KINDS.find(([name]) => Object.hasOwn(event, name));
  if (item.pageId !== pageId) return kept(item, 'for another page');
  if (!kind) return kept(item, `unknown event ${Object.keys(event).join(' ').slice(0, 80)}`);
  const [name, read] = kind;
  const said = saidIn(item, pageId);
  const body = recordAt(event, name);
  return (said && body && read(said, body)) ?? kept(item, `a ${name} that cannot be read`);
}

function kept(item: Item, reason: string): readonly InboundEvent[] {
  return [{ type: 'ignored', reason, keep: alone(item) }];
}

function ignored(reason: string): readonly InboundEvent[] {
  return [{ type: 'ignored', reason }];
}

function saidIn(item: Item, pageId: string): Said | undefined {
  const { event } = item;
  const sender = idOf(event, 'sender');
  const recipient = idOf(event, 'recipient');
  const party = normalizeAddress((sender === pageId ? recipient : sender) ?? '');
  if (sender === undefined || party === undefined) return undefined;
  const at = instantOf(event, 'timestamp') ?? item.time;
  return {
    ...{ item, pageId, event, sender },
    address: { own: pageId, party },
    at: at === undefined ? undefined : new Date(at),
  };
}

function idOf(event: Json, name: string): string | undefined {
  const who = recordAt(event, name);
  return who && textAt(who, 'id');
}

function readMessage(said: Said, body: Json): readonly InboundEvent[] | undefined {
  const externalId = textAt(body, 'mid');
  if (!externalId) return undefined;
  const isEcho = body['is_echo'] === true || said.sender === said.pageId;
  if (body['is_deleted'] === true) return [change(said, externalId, { is: 'unsend' })];
  const message: InboundMessage = { ...framed(said, externalId), ...contentOf(body, said) };
  if (!isEcho) return [{ type: 'message', message }, ...heldByAnother(said)];
  // Our own message comes back with the key that we gave it: it proves that Meta has it.
  const idempotencyKey = textAt(body, 'metadata');
  return [{ type: 'echo', message, ...(idempotencyKey && { idempotencyKey }) }];
}

function framed(said: Said, externalId: string) {
  const { address, at } = said;
  return { externalId, address, sender: {}, media: [], ...(at && { sentAt: at }) };
}

function change(
  said: Said,
  externalId: string,
  what: Extract<InboundEvent, { type: 'change' }>['change']['what'],
): InboundEvent {
  const { address, at, sender, pageId } = said;
  const by = sender === pageId ? 'us' : 'customer';
  return { type: 'change', change: { externalId, address, by, what, ...(at && { at }) } };
}

function readEdit(said: Said, body: Json): readonly InboundEvent[] | undefined {
  const mid = textAt(body, 'mid');
  const text = textAt(body, 'text');
  return mid && text !== undefined ? [change(said, mid, { is: 'edit', text })] : undefined;
}

function readReaction(said: Said, body: Json): readonly InboundEvent[] | undefined {
  const mid = textAt(body, 'mid');
  if (!mid) return undefined;
  const emoji = textAt(body, 'emoji') ?? textAt(body, 'reaction');
  const isTakenBack = body['action'] === 'unreact';
  if (!isTakenBack && !emoji) return undefined;
  return [change(said, mid, { is: 'reaction', ...(!isTakenBack && emoji && { emoji }) })];
}

/** A button was tapped: what it said is what the customer said. */
function readPostback(said: Said, body: Json): readonly InboundEvent[] | undefined {
  const payload = textAt(body, 'payload');
  const text = textAt(body, 'title') ?? payload;
  // In standby Meta leaves the payload out.
  if (text === undefined) return undefined;
  const externalId = textAt(body, 'mid') ?? hashed(said, 'postback', payload ?? text);
  const referral = recordAt(body, 'referral');
  const metadata = { postback: true, ...(referral && { referral }), ...standby(said) };
  const choice = payload === undefined ? {} : { choiceId: payload };
  return [{ type: 'message', message: { ...framed(said, externalId), text, ...choice, metadata } }];
}

/** The customer came by a link or an advertisement, and has not said a word yet. */
function readReferral(said: Said, body: Json): readonly InboundEvent[] {
  return [visible(said, 'referral', body)];
}

function visible(said: Said, kind: string, raw: Json): InboundEvent {
  const externalId = hashed(said, kind, JSON.stringify(raw));
  const metadata = { [kind]: raw, ...standby(said) };
  return { type: 'message', message: { ...framed(said, externalId), unsupported: { kind, raw }, metadata } };
}

/** For what Meta gives no id: the same delivery has the same one. */
function hashed({ sender, at }: Said, kind: string, what: string): string {
  const whole = JSON.stringify([sender, at?.getTime() ?? 0, what]);
  return `${kind}:${createHash('sha256').update(whole).digest('hex')}`;
}

/** By message where Meta names them, and everything up to the watermark. */
function readDelivery(said: Said, body: Json): readonly InboundEvent[] | undefined {
  const mark = watermark(said, body, 'delivered');
  if (!mark) return undefined;
  const mids = Array.isArray(body['mids']) ? body['mids'].filter((mid) => typeof mid === 'string') : [];
  const at = new Date(instantOf(body, 'watermark') ?? 0);
  const named = mids.map(
    (externalId): InboundEvent => ({
      type: 'status',
      status: { target: { externalId }, state: 'delivered', at },
    }),
  );
  return [...named, mark];
}

// Messenger reports reads as a watermark, and nothing else.
function readRead(said: Said, body: Json): readonly InboundEvent[] | undefined {
  const mark = watermark(said, body, 'read');
  return mark && [mark];
}

function watermark(said: Said, body: Json, state: 'delivered' | 'read'): InboundEvent | undefined {
  const upTo = instantOf(body, 'watermark');
  if (upTo === undefined) return undefined;
  const target = { address: said.address, upTo: new Date(upTo) };
  return { type: 'status', status: { target, state, at: said.at ?? new Date(upTo) } };
}

/** In standby we hear what is said, and may not answer. */
function heldByAnother({ item, address }: Said): readonly InboundEvent[] {
  return item.isStandby ? [{ type: 'control', address, isOurs: false }] : [];
}

/** Without a new owner it is nobody's, and we may write. */
function control(said: Said, newOwner: string | undefined): readonly InboundEvent[] {
  const { address, item, event } = said;
  // Meta tells the app that got a conversation through `messaging`, and the one that lost it through `standby`.
  const isOurs = Object.hasOwn(event, 'pass_thread_control') && !item.isStandby;
  return [{ type: 'control', address, isOurs, ...(!isOurs && newOwner && { owner: newOwner }) }];
}
