import type { Instant } from '../model/instant';
import type { Message } from '../model/message';
import type { Write } from './dialect';
import { fromColumn, toColumn } from './json-column';
import { type Columns, kept, listed } from './kept';
import { messagesById } from './messages';
import { sql, type Tx } from './tx';

/** A fact for the log, before it has a number. */
export interface NewEvent {
  readonly spaceId: string;
  readonly eventId: string;
  readonly name: string;
  /** What it is about: a chat, a message, a team ... */
  readonly entityId: string;
  readonly revision: number;
  readonly chatId?: string | undefined;
  /** Its number inside the chat, for the events that make up a conversation. */
  readonly chatEventId?: number | undefined;
  readonly messageId?: string | undefined;
  /** The team and the channel that it happened in, for those who want to hear of some only. */
  readonly teamId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly at: Instant;
  /** The ETag of what it is about; absent where it follows from the revision and the time. */
  readonly etag?: string | undefined;
  /** Absent for `chatMessage.sent`: it is read from the message. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
}

/** A fact of the log. */
export interface LoggedEvent extends NewEvent {
  /** Per API space, without gaps; absent for the moment that it takes to number what several nodes wrote. */
  readonly seq?: number | undefined;
  /** What `chatMessage.sent` is about. */
  readonly message?: Message | undefined;
}

interface EventRow {
  space_id: string;
  seq: number | null;
  event_id: string;
  name: string;
  entity_id: string;
  revision: number;
  chat_id: string | null;
  chat_event_id: number | null;
  message_id: string | null;
  team_id: string | null;
  channel_id: string | null;
  at: number;
  etag: string | null;
  payload: string | null;
}

const COLUMNS: Columns<EventRow> = {
  ...{ space_id: true, seq: true, event_id: true, name: true, entity_id: true, revision: true },
  ...{ chat_id: true, chat_event_id: true, message_id: true, team_id: true, channel_id: true, at: true },
  ...{ etag: true, payload: true },
};
const NAMES = Object.keys(COLUMNS).join(', ');
const eventsBehind = kept<EventRow>('event', COLUMNS, 'space_id = ? and seq > ? order by seq limit ?');

const counters = kept<{ space_id: string; last_seq: number }>(
  'event_counter',
  { space_id: true, last_seq: true },
  ({ among, values }) => among('event_counter.space_id', values('uuid')),
);

/** The name whose payload is the message itself. */
export const MESSAGE_SENT = 'chatMessage.sent';
/** The same for a message of the past, which nothing follows from. */
export const MESSAGE_IMPORTED = 'chatMessage.imported';
/** Events whose payload is the message itself. */
export const MESSAGE_EVENTS: readonly string[] = [MESSAGE_SENT, MESSAGE_IMPORTED];

/** Appends facts; in the same transaction as what they tell. */
export async function appendEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  await appendEventsWith(tx, events, []);
}

export interface Ending {
  /** Nothing of the transaction reads the other writes: they are written as it ends, too. */
  readonly isLast?: boolean;
}

/**
 * Appends facts along with other writes of this transaction. The facts themselves are always written as it ends, where
 * they get their numbers along with the commit: nothing of the transaction may read them.
 */
export async function appendEventsWith(
  tx: Tx,
  events: readonly NewEvent[],
  writes: readonly Write[],
  { isLast = false }: Ending = {},
): Promise<void> {
  const { db, dialect, leave, log } = sql(tx);
  // SQLite has one writer: the order of writing is the order of commits, and the number can be given at once.
  const seqs = dialect.name === 'sqlite' ? await nextSeqs(tx, events) : undefined;
  const rows = events.map((event, index) => (seqs ? { ...toRow(event), seq: seqs[index] } : toRow(event)));
  log(events, rows);
  if (isLast) leave(writes);
  else await dialect.write(db, writes);
}

async function nextSeqs(tx: Tx, events: readonly NewEvent[]): Promise<number[]> {
  const next = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { spaceId } of events) counts.set(spaceId, (counts.get(spaceId) ?? 0) + 1);
  for (const [spaceId, count] of counts) {
    const { db, dialect } = sql(tx);
    const [row] = await dialect.query<{ last_seq: number }>(
      db,
      `insert into event_counter (space_id, last_seq) values (?, ?)
       on conflict (space_id) do update set last_seq = last_seq + excluded.last_seq returning last_seq`,
      [spaceId, count],
    );
    next.set(spaceId, (row?.last_seq ?? count) - count);
  }
  return events.map(({ spaceId }) => {
    const seq = (next.get(spaceId) ?? 0) + 1;
    next.set(spaceId, seq);
    return seq;
  });
}

/** Of what waits beyond this, the next round takes care. */
export const NUMBERED_AT_ONCE = 2_000;
/** Any number that nobody else uses for an advisory lock. */
const NUMBERING = 7_265_394_103;

/**
 * Gives numbers to committed events that have none yet (PostgreSQL, where transactions overtake each other); gives how
 * many, undefined while another node is at it. Commits never wait for this. Inside a chat the order is kept: a later event can only be written after the earlier one is committed.
 */
export async function numberEvents(tx: Tx): Promise<number | undefined> {
  const { db, dialect } = sql(tx);
  if (dialect.name === 'sqlite') return 0;
  const [lock] = await dialect.query<{ ours: boolean }>(db, 'select pg_try_advisory_xact_lock(?) as ours', [
    NUMBERING,
  ]);
  if (!lock?.ours) return undefined;
  const [row] = await dialect.query<{ numbered: number }>(
    db,
    `with fresh as (
       select pos, space_id, row_number() over (partition by space_id order by pos) as n
       from (select pos, space_id from event where seq is null order by pos limit ?) as waiting),
     counts as (select space_id, max(n) as total from fresh group by space_id),
     counters as (
       insert into event_counter (space_id, last_seq) select space_id, total from counts
       on conflict (space_id) do update set last_seq = event_counter.last_seq + excluded.last_seq
       returning space_id, last_seq),
     numbered as (update event set seq = counters.last_seq - counts.total + fresh.n
     from fresh join counts using (space_id) join counters using (space_id)
     where event.pos = fresh.pos returning 1)
     select count(*) as numbered from numbered`,
    [NUMBERED_AT_ONCE],
  );
  return row?.numbered;
}

/** The facts of a space after a number, in their order. */
export async function eventsAfter(
  tx: Tx,
  page: { spaceId: string; after: number; limit: number; names?: readonly string[] | undefined },
): Promise<LoggedEvent[]> {
  const { spaceId, after, limit, names } = page;
  if (!names) return withMessages(tx, await eventsBehind.all(tx, [spaceId, after, limit]));
  const { db, dialect } = sql(tx);
  const rows = await dialect.query<EventRow>(
    db,
    `select ${NAMES} from event where space_id = ? and seq > ?
       and ${dialect.among('name', dialect.values('text'))} order by seq limit ?`,
    [spaceId, after, listed(names), limit],
  );
  return withMessages(tx, rows);
}

/** The facts of a space with these numbers, in their order. */
export async function eventsWithSeqs(
  tx: Tx,
  spaceId: string,
  seqs: readonly number[],
): Promise<LoggedEvent[]> {
  const query = sql(tx)
    .db<EventRow>('event')
    .where('space_id', spaceId)
    .whereIn('seq', [...seqs]);
  return withMessages(tx, await query.orderBy('seq'));
}

/** The highest numbers of several spaces; a space where nothing happened yet is absent. */
export async function lastSeqs(tx: Tx, spaceIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await counters.all(tx, [listed(spaceIds)]);
  return new Map(rows.map((row) => [row.space_id, row.last_seq]));
}

/** The number of the first fact at or after a time; one more than the last when there is none. By bisection: times follow numbers closely. */
export async function seqAt(tx: Tx, spaceId: string, at: Instant): Promise<number> {
  let [low, high] = [1, (await lastSeq(tx, spaceId)) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await sql(tx).db('event').where({ space_id: spaceId, seq: middle }).first('at');
    if (row && row.at >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The highest number of a space; 0 when nothing happened yet. */
export async function lastSeq(tx: Tx, spaceId: string): Promise<number> {
  return (await lastSeqs(tx, [spaceId])).get(spaceId) ?? 0;
}

/** The events that make up a conversation, forward from a number inside the chat. */
export async function eventsOfChat(
  tx: Tx,
  page: { chatId: string; from: number; to?: number | undefined; limit: number },
): Promise<LoggedEvent[]> {
  const query = sql(tx)
    .db<EventRow>('event')
    .where('chat_id', page.chatId)
    .where('chat_event_id', '>=', page.from)
    .orderBy('chat_event_id')
    .limit(page.limit);
  if (page.to !== undefined) query.where('chat_event_id', '<=', page.to);
  return withMessages(tx, await query);
}

/** Rows of one space, with the messages that they are about. */
async function withMessages(tx: Tx, rows: readonly EventRow[]): Promise<LoggedEvent[]> {
  const ids = rows.filter((row) => MESSAGE_EVENTS.includes(row.name)).map((row) => row.message_id ?? '');
  const found = ids.length > 0 ? await messagesById(tx, rows[0]?.space_id ?? '', ids) : [];
  const messages = new Map(found.map((message) => [message.id, message]));
  return rows.map((row) => ({
    ...toEvent(row),
    message: MESSAGE_EVENTS.includes(row.name) ? messages.get(row.message_id ?? '') : undefined,
  }));
}

function toRow(event: NewEvent) {
  return {
    space_id: event.spaceId,
    event_id: event.eventId,
    name: event.name,
    entity_id: event.entityId,
    revision: event.revision,
    chat_id: event.chatId ?? null,
    chat_event_id: event.chatEventId ?? null,
    message_id: event.messageId ?? null,
    team_id: event.teamId ?? null,
    channel_id: event.channelId ?? null,
    at: event.at,
    etag: event.etag ?? null,
    payload: toColumn(event.payload),
  };
}

function toEvent(row: EventRow): LoggedEvent {
  return {
    spaceId: row.space_id,
    seq: row.seq ?? undefined,
    eventId: row.event_id,
    name: row.name,
    entityId: row.entity_id,
    revision: row.revision,
    chatId: row.chat_id ?? undefined,
    chatEventId: row.chat_event_id ?? undefined,
    messageId: row.message_id ?? undefined,
    teamId: row.team_id ?? undefined,
    channelId: row.channel_id ?? undefined,
    at: row.at,
    etag: row.etag ?? undefined,
    payload: fromColumn(row.payload),
  };
}
