import { targetOf } from '../model/send-key';
import { addressId, ownersOf } from '../store/arrivals';
import { type KnownMessage, knownById, knownByName, type MessageName, nameId } from '../store/past';
import type { Tx } from '../store/tx';
import type { Arrival } from './arrival';
import { addressOf } from './senders';

/**
 * Gives each arrival the chat that it answers into, on evidence: a key that our signature proves, or the name of a
 * message that its sender had a part in. Anybody can name any message, so that without one of the two it is only a hint.
 */
export async function answeredBy(tx: Tx, arrivals: readonly Arrival[]): Promise<readonly Arrival[]> {
  const asking = arrivals.filter(needsLook);
  if (asking.length === 0) return arrivals;
  const known = await knownByName(tx, asking.flatMap(namesIn));
  const found: Arrival[] = [];
  for (const arrival of arrivals)
    found.push(needsLook(arrival) ? await withAnswered(tx, arrival, known) : arrival);
  return found;
}

/**
 * Arrivals in runs, in which nobody answers what somebody else wrote in the same run: who had a part in a message is known
 * once it is stored.
 */
export function runsOf(arrivals: readonly Arrival[]): readonly (readonly Arrival[])[] {
  if (!arrivals.some(needsLook)) return [arrivals];
  const runs: Arrival[][] = [];
  const authors = new Map<string, string>();
  for (const arrival of arrivals) {
    const author = addressId(addressOf(arrival));
    const others = namesIn(arrival).map((name) => authors.get(nameId(name)) ?? author);
    const run = runs.at(-1);
    if (run && (!needsLook(arrival) || others.every((other) => other === author))) run.push(arrival);
    else {
      runs.push([arrival]);
      authors.clear();
    }
    for (const name of namesOf(arrival)) authors.set(nameId(name), author);
  }
  return runs;
}

type Known = Awaited<ReturnType<typeof knownByName>>;

function needsLook({ message }: Arrival): boolean {
  return (message.answers?.length ?? 0) > 0 && message.past !== 'always';
}

async function withAnswered(tx: Tx, arrival: Arrival, known: Known): Promise<Arrival> {
  const proven = await provenBy(tx, arrival);
  const answered = proven ?? namedBy(arrival, known);
  if (!answered) return arrival;
  const owner = await ownerOf(tx, arrival);
  if (owner === answered.customerId) return arrival; // where it goes anyway
  const hasPart = proven !== undefined || (await isParticipant(tx, arrival, answered));
  // In a closed chat nobody goes on: whoever has a profile speaks for themself from here.
  const isTheirs = hasPart && (answered.isOpen || (proven !== undefined && owner === undefined));
  return isTheirs ? { ...arrival, answersCustomer: answered.customerId } : withHint(arrival, answered);
}

async function provenBy(tx: Tx, { runtime, message }: Arrival): Promise<KnownMessage | undefined> {
  const keys = (message.answers ?? []).flatMap((answer) => ('provenKey' in answer ? [answer.provenKey] : []));
  const ids = keys.flatMap((key) => targetOf(key)?.messageId ?? []);
  const { spaceId, id: accountId } = runtime.account;
  return (await knownById(tx, { spaceId, accountId }, ids))[0];
}

// The best evidence first, as the adapter gave it.
function namedBy(arrival: Arrival, known: Known): KnownMessage | undefined {
  return namesIn(arrival)
    .map((name) => known.get(nameId(name)))
    .find((one) => one !== undefined);
}

/** What it is called itself. */
function namesOf({ runtime, message }: Arrival): MessageName[] {
  const accountId = runtime.account.id;
  return [message.externalId, ...(message.alsoKnownAs ?? [])].map((externalId) => ({
    accountId,
    externalId,
  }));
}

/** What it answers. */
function namesIn({ runtime, message }: Arrival): MessageName[] {
  const accountId = runtime.account.id;
  return (message.answers ?? []).flatMap((answer) =>
    'externalId' in answer ? [{ accountId, externalId: answer.externalId }] : [],
  );
}

async function ownerOf(tx: Tx, arrival: Arrival): Promise<string | undefined> {
  const key = addressOf(arrival);
  return (await ownersOf(tx, [key])).get(addressId(key));
}

async function isParticipant(tx: Tx, arrival: Arrival, answered: KnownMessage): Promise<boolean> {
  const { party } = arrival.message.address;
  if (answered.participants.includes(party) || answered.route?.address === party) return true;
  const thread = answered.route?.thread;
  if (thread === undefined) return false;
  // Our answer went to everybody on the message that it answered.
  const name = { accountId: arrival.runtime.account.id, externalId: thread };
  const before = (await knownByName(tx, [name])).get(nameId(name));
  return before?.participants.includes(party) ?? false;
}

function withHint(arrival: Arrival, { chatId, messageId }: KnownMessage): Arrival {
  const metadata = { ...arrival.message.metadata, refersTo: { chatId, messageId } };
  return { ...arrival, message: { ...arrival.message, metadata } };
}
