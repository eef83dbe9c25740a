import { iso } from '../../model/instant';
import type { CalendarState } from '../../services/team-calendar';
import { maybeIso } from './made';

/** A team's feed of holidays. */
export function presentCalendar({ state, closures }: CalendarState) {
  const { url, problem, failingSince, fetchedOn, dueOn } = state;
  return {
    ...{
      url,
      state: problem === undefined ? 'ok' : 'failing',
      problem,
      failingSince: maybeIso(failingSince),
    },
    ...{ fetchedOn: iso(fetchedOn), nextFetchOn: iso(dueOn), days: closures.days },
    periods: closures.periods.map(({ from, until }) => ({ from: iso(from), until: iso(until) })),
  };
}
