import { dueInChat } from '../automatic/due';
import type { RulesOf } from '../automatic/team-rules';
import { chatCreated, chatMoved, messageSent } from '../events/facts';
import { type Chat, startChat, withMessage } from '../model/chat';
import { newId } from '../model/id';
import type { Message } from '../model/message';
import { plainText } from '../model/plain-text';
import { appendedChats } from '../store/appended-chats';
import {
  customerKey,
  holdActiveChats,
  holdChatsOfAddresses,
  type Met,
  newAddresses,
  newProfiles,
} from '../store/arrivals';
import { type DueInChat, putDue } from '../store/automatic';
import { insertChats, newChats } from '../store/chats';
import { putConsent } from '../store/consent';
import { appendEventsWith, type NewEvent } from '../store/events';
import { insertExternalIds } from '../store/external-ids';
import { leaveMedia } from '../store/media';
import { newMessages } from '../store/messages';
import { together } from '../store/together';
import type { Tx } from '../store/tx';
import { answeredBy, runsOf } from './answered-by';
import { type Arrival, actOf, appendedOf, messageOf, routeOf, senderName } from './arrival';
import { appendPast, withoutPast } from './past';
import { takeRatings } from './ratings';
import { addressesOf, bySender, bySenderInRace, type Newcomers, NOBODY, type Sender } from './senders';

/** What became of an arrival. */
export type Outcome = 'stored' | 'duplicate';

export interface Appending {
  readonly rulesOf?: RulesOf;
  /** Nothing follows in the transaction: they are written as it ends. */
  readonly isLast?: boolean;
  /**
   * Strangers and chats that start are written as it ends, too, without asking first whether somebody else is meeting
   * them: who lost that race, loses the whole transaction by a conflict, and tries again without this.
   */
  readonly isBold?: boolean;
}

/**
 * Stores arrivals of any accounts in a few statements: what is known is skipped, senders get a profile, messages are
 * appended to the active chat of their sender or start one, in the order given. Unique indexes decide every race.
 */
export async function appendArrivals(
  tx: Tx,
  arrivals: readonly Arrival[],
  given: Appending = {},
): Promise<Outcome[]> {
  const appending = { ...PLAIN, ...given };
  // Asked at once, and so at once on their way: what is not needed for a repetition does no harm.
  const addresses = addressesOf(arrivals);
  const [isNew, met] = await together([claimIds(tx, arrivals), holdChatsOfAddresses(tx, addresses)]);
  const fresh = arrivals.filter((_, index) => isNew[index]);
  if (fresh.length > 0) {
    leaveMedia(
      tx,
      fresh.flatMap((arrival) => arrival.media),
    );
    await noteConsents(tx, fresh);
    await appendFresh(tx, fresh, { ...appending, met });
  }
  return isNew.map((flag) => (flag ? 'stored' : 'duplicate'));
}

interface Meeting extends Required<Appending> {
  readonly met: Met;
}

/** One run after the other: what the first wrote, the next ones read. */
async function appendFresh(tx: Tx, fresh: readonly Arrival[], { met, ...appending }: Meeting): Promise<void> {
  const [first = [], ...others] = runsOf(fresh);
  if (others.length === 0) return appendRun(tx, first, { ...appending, met });
  const early = { ...appending, isBold: false, isLast: false };
  await appendRun(tx, first, { ...early, met });
  for (const run of others)
    await appendRun(tx, run, { ...early, met: await holdChatsOfAddresses(tx, addressesOf(run)) });
}

async function appendRun(tx: Tx, run: readonly Arrival[], { met, ...appending }: Meeting): Promise<void> {
  const [answers] = await together([answeredBy(tx, run), claimFurtherNames(tx, run)]);
  // Chats of the past are written before the end.
  const isBold = appending.isBold && !run.some(({ message }) => message.past);
  const { senders, newcomers } = isBold
    ? bySender(answers, met.owners)
    : await bySenderInRace(tx, answers, met.owners);
  const { present, past } = await withoutPast(tx, senders);
  await appendPast(tx, past);
  const rest = await takeRatings(tx, present);
  const lost = await appendToChats(tx, rest, { ...appending, isBold, active: met.active, newcomers });
  await appendAnew(tx, lost, appending);
}

const PLAIN: Required<Appending> = {
  rulesOf: () => undefined,
  isLast: false,
  isBold: false,
};

/** Says for each arrival whether it is new. Sorted, so that two nodes with the same repetitions cannot wait for each other. */
async function claimIds(tx: Tx, arrivals: readonly Arrival[]): Promise<boolean[]> {
  const ids = arrivals.map((arrival, index) => ({ ...externalIdOf(arrival), index }));
  ids.sort((a, b) => Number(a.externalId > b.externalId) - Number(a.externalId < b.externalId));
  const claimed = await insertExternalIds(tx, ids);
  const isNew: boolean[] = [];
  for (const [order, { index }] of ids.entries()) isNew[index] = claimed[order] === true;
  return isNew;
}

// Who has a name already keeps it: what others say of it changes nothing.
async function claimFurtherNames(tx: Tx, arrivals: readonly Arrival[]): Promise<void> {
  const names = arrivals.flatMap((arrival) =>
    (arrival.message.alsoKnownAs ?? []).map((externalId) => ({ ...externalIdOf(arrival), externalId })),
  );
  names.sort((a, b) => Number(a.externalId > b.externalId) - Number(a.externalId < b.externalId));
  if (names.length > 0) await insertExternalIds(tx, names);
}

function externalIdOf(arrival: Arrival) {
  const { account } = arrival.runtime;
  return {
    spaceId: account.spaceId,
    accountId: account.id,
    externalId: arrival.message.externalId,
    messageId: arrival.id,
    piece: 0,
  };
}

const ROUNDS = 5;

/** Appends for customers whose chats were started or closed by others just when we looked. */
async function appendAnew(tx: Tx, senders: readonly Sender[], appending: Required<Appending>): Promise<void> {
  let left = senders;
  for (let round = 0; left.length > 0; round += 1) {
    // A chat that was there is closed the next moment, again and again: somebody is playing with us.
    if (round === ROUNDS) throw new Error('chats close faster than messages can be appended');
    const active = await holdActiveChats(tx, left);
    left = await appendToChats(tx, left, { ...appending, isBold: false, active, newcomers: NOBODY });
  }
}

interface Known extends Required<Appending> {
  readonly active: ReadonlyMap<string, Chat>;
  readonly newcomers: Newcomers;
}

/** Gives those who have an active chat nevertheless. */
async function appendToChats(
  tx: Tx,
  senders: readonly Sender[],
  { active, newcomers, rulesOf, isLast, isBold }: Known,
): Promise<Sender[]> {
  const appends = senders.map((sender) => appendAll(sender, active.get(customerKey(sender))));
  const started = appends.filter((append) => !append.before).sort(byCustomer);
  const lost = isBold ? new Set<Append>() : await startChats(tx, started);
  const kept = appends.filter((append) => !lost.has(append));
  await appendEventsWith(
    tx,
    [...newcomers.events, ...kept.flatMap((append) => append.events)],
    [
      newAddresses(newcomers.addresses),
      newProfiles(newcomers.profiles),
      newChats(isBold ? started.map(({ chat }) => chat) : []),
      ...appendedChats(kept.flatMap(({ before, chat }) => (before ? [{ before, after: chat }] : []))),
      newMessages(kept.flatMap((append) => append.messages)),
    ],
    { isLast: isLast && lost.size === 0 },
  );
  await putDue(
    tx,
    kept.flatMap((append) => dueAfter(append, rulesOf)),
  );
  return [...lost].map((append) => append.sender);
}

/** Gives those whose customer has an active chat by now. */
async function startChats(tx: Tx, started: readonly Append[]): Promise<ReadonlySet<Append>> {
  const isNew = await insertChats(
    tx,
    started.map(({ chat }) => chat),
  );
  return new Set(started.filter((_, index) => !isNew[index]));
}

/** What the chat's team may have to say by itself, now that a person has written. */
function dueAfter({ sender, chat, before }: Append, rulesOf: RulesOf): DueInChat[] {
  const heard = sender.arrivals.filter(isHeard);
  const [first] = heard;
  if (!first) return [];
  const parts = heard.flatMap((arrival) => arrival.parts);
  return dueInChat(rulesOf, { chat, isStart: before === undefined, at: first.receivedOn, parts });
}

// Machines, our own side, what comes late or wants no answer: nothing follows from these.
function isHeard({ message, isEcho, isHistory }: Arrival): boolean {
  const wantsNone = message.automatic === true || message.canReply === false || message.consent !== undefined;
  return !isEcho && !isHistory && !wantsNone;
}

function byCustomer(a: Append, b: Append): number {
  return customerKey(a.sender) < customerKey(b.sender) ? -1 : 1;
}

/** One customer's chat after all their arrivals, with what is to be stored. */
interface Append {
  readonly sender: Sender;
  readonly chat: Chat;
  /** Absent where the chat starts with them. */
  readonly before: Chat | undefined;
  readonly messages: readonly Message[];
  readonly events: readonly NewEvent[];
}

function appendAll(sender: Sender, active: Chat | undefined): Append {
  const messages: Message[] = [];
  const events: NewEvent[] = [];
  let chat = active ?? start(sender);
  if (!active) events.push(chatCreated(chat, actOf(sender.arrivals[0], sender.customerId)));
  for (const arrival of sender.arrivals) {
    const act = actOf(arrival, sender.customerId);
    const before = chat;
    chat = withMessage(chat, appendedOf(arrival), act);
    const message = messageOf(arrival, chat);
    messages.push(message);
    events.push(messageSent(message));
    if (before.channelId !== chat.channelId) events.push(chatMoved(before, chat, act));
  }
  return { sender, chat, before: active, messages, events };
}

function start(sender: Sender): Chat {
  const [first] = sender.arrivals;
  const { account } = first.runtime;
  return startChat(
    {
      spaceId: sender.spaceId,
      id: newId(),
      name: senderName(first.message) ?? plainText(first.message.address.party, 200),
      teamId: first.teamId ?? account.teamId,
      customerId: sender.customerId,
      channelId: account.channelId,
      route: routeOf(first),
      context: contextOf(first),
    },
    actOf(first, sender.customerId),
  );
}

function contextOf(arrival: Arrival): Chat['context'] {
  const { thread } = arrival.message.address;
  return thread === undefined ? {} : { conversationId: thread };
}

async function noteConsents(tx: Tx, arrivals: readonly Arrival[]): Promise<void> {
  for (const arrival of arrivals) {
    const { consent, address } = arrival.message;
    if (!consent) continue;
    await putConsent(tx, {
      spaceId: arrival.runtime.account.spaceId,
      accountId: arrival.runtime.account.id,
      address: address.party,
      state: consent === 'stop' ? 'stopped' : 'given',
      changedOn: arrival.receivedOn,
      evidence: `message ${arrival.id}`,
    });
  }
}
