/** What a statement that logs events says of them. */
export interface Logged {
  readonly unnumbered: number;
  /** The last number of each space whose counter was free. */
  readonly last_seqs: LastSeqs | null;
}

/** How far the logs of some spaces go. */
export type LastSeqs = Readonly<Record<string, number>>;

/**
 * A statement of PostgreSQL that writes events after other writes, with their numbers where that is right and makes
 * nobody wait: the counter of their space is free, and nothing that was logged before them waits for its number. Of
 * all others `numberEvents` takes care.
 *
 * The counter is held to the commit, so that numbers are in the order of commits. That is why such a statement is only
 * ever sent along with COMMIT: a node that is frozen in between would hold the counter from all others.
 */
export function logText(writes: readonly string[], columns: readonly string[]): string {
  const listed = columns.join(', ');
  const steps = [
    ...writes.map((text, index) => `w${index} as (${text} returning 1)`),
    `facts as materialized (
       select ${listed}, ordinality from json_populate_recordset(null::event, ?) with ordinality)`,
    'totals as (select space_id, count(*) as total from facts group by space_id)',
    `free as (
       select space_id, totals.total from event_counter join totals using (space_id)
       where not exists (
         select 1 from event where event.seq is null and event.space_id = event_counter.space_id)
       order by space_id for update of event_counter skip locked)`,
    `counted as (
       update event_counter set last_seq = event_counter.last_seq + free.total from free
       where event_counter.space_id = free.space_id
       returning event_counter.space_id, event_counter.last_seq, event_counter.last_seq - free.total as before)`,
    `logged as (
       insert into event (${listed}, seq)
       select ${columns.map((column) => `facts.${column}`).join(', ')},
         counted.before + row_number() over (partition by facts.space_id order by facts.ordinality)
       from facts left join counted on counted.space_id = facts.space_id order by facts.ordinality
       returning seq)`,
  ];
  // In this order: the counter is held from the last moment on.
  const results = [
    ...writes.map((_, index) => `(select count(*) from w${index})`),
    '(select count(*) filter (where seq is null) from logged)::int as unnumbered',
    '(select json_object_agg(space_id, last_seq) from counted) as last_seqs',
  ];
  return `with ${steps.join(', ')} select ${results.join(', ')}`;
}
