import { type Answer, messageResource, page, problem } from './answers';
import type { SimulatedAccount, SimulatedMessage, World } from './world';

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 1_000;
const SECOND_MS = 1_000;

/** Newest first, filtered like Twilio: by addresses and by the date of sending, which a queued message has not. */
export function listMessages(world: World, account: SimulatedAccount, query: URLSearchParams): Answer {
  const bounds = ['DateSent', 'DateSent<', 'DateSent>'].flatMap((name) => query.get(name) ?? []);
  if (bounds.some((date) => Number.isNaN(Date.parse(date))))
    return problem(400, 20001, 'Invalid date value.');
  const size = Math.min(LARGEST_PAGE, Number(query.get('PageSize') ?? DEFAULT_PAGE));
  const fits = filterOf(account, query);
  const found: SimulatedMessage[] = [];
  let more = false;
  for (let index = startOf(world, query) - 1; index >= 0; index -= 1) {
    const message = world.messages[index];
    if (!message || !fits(message)) continue;
    more = found.length === size;
    if (more) break;
    found.push(message);
  }
  const next = more ? nextPage(account, query, found.at(-1)) : null;
  return page('messages', found.map(messageResource), next);
}

// The token names the last message of the page before, so that what arrives meanwhile shifts nothing.
function startOf(world: World, query: URLSearchParams): number {
  const token = query.get('PageToken')?.slice(2);
  if (!token) return world.messages.length;
  return world.messages.findIndex(({ sid }) => sid === token);
}

function nextPage(account: SimulatedAccount, query: URLSearchParams, last?: SimulatedMessage): string | null {
  if (!last) return null;
  const next = new URLSearchParams(query);
  next.set('Page', String(Number(query.get('Page') ?? 0) + 1));
  next.set('PageToken', `PA${last.sid}`);
  return `/2010-04-01/Accounts/${account.accountSid}/Messages.json?${next.toString()}`;
}

function filterOf(account: SimulatedAccount, query: URLSearchParams): (message: SimulatedMessage) => boolean {
  const to = query.get('To');
  const from = query.get('From');
  const after = Date.parse(query.get('DateSent>') ?? '');
  const before = Date.parse(query.get('DateSent<') ?? '');
  const day = query.get('DateSent')?.slice(0, 10);
  return (message) =>
    message.accountSid === account.accountSid &&
    (to === null || message.to === to) &&
    (from === null || message.from === from) &&
    (Number.isNaN(after) || secondOf(message.sentAt) >= after) &&
    (Number.isNaN(before) || secondOf(message.sentAt) <= before) &&
    (!day || message.sentAt?.toISOString().slice(0, 10) === day);
}

// Twilio's dates have no fractions; NaN, which no bound lets through, where there is no date.
function secondOf(date: Date | null): number {
  return date ? Math.floor(date.getTime() / SECOND_MS) * SECOND_MS : Number.NaN;
}
