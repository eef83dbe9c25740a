import { RecentEvents } from '../recent';
import type { HookContext } from './context';
import { Outcomes } from './outcomes';
import { TakeUps } from './take-ups';

/** What the lanes of one node share: they read and write together. */
export interface LaneContext extends HookContext {
  readonly recent: RecentEvents;
  readonly takeUps: TakeUps;
  readonly outcomes: Outcomes;
}

/** Adds what the lanes share. */
export function laneContext(context: HookContext): LaneContext {
  const { store, links } = context;
  const recent = new RecentEvents({ store, present: links.present });
  const outcomes = new Outcomes(context);
  const takeUps = new TakeUps(context, recent, () => outcomes.flush());
  return { ...context, recent, takeUps, outcomes };
}
