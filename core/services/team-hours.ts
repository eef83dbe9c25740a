import { hoursOf, isOpenAt, nextChange } from '../model/hours';
import type { Instant } from '../model/instant';
import { notFound } from '../model/problem';
import { findTeam, type Team } from '../store/teams';
import type { Caller } from './caller';

/** Whether a team gives its chats to agents at this moment. */
export function isHandingOut({ autoAssign, settings, calendar }: Team, at: Instant): boolean {
  if (!autoAssign || autoAssign.strategy === 'manual') return false;
  return autoAssign.outsideHours !== 'wait' || isOpenAt(hoursOf(settings, calendar), at);
}

/** Whether a team works at a moment, and until when that stays so. */
export async function hoursAt(
  caller: Caller,
  teamId: string,
  at: Instant,
): Promise<{
  readonly isOpen: boolean;
  readonly timeZone: string;
  readonly changesOn?: Instant | undefined;
}> {
  const team = await caller.read((tx) => findTeam(tx, caller.spaceId, teamId));
  if (!team) throw notFound('team', teamId);
  const hours = hoursOf(team.settings, team.calendar);
  return { isOpen: isOpenAt(hours, at), timeZone: hours.timeZone, changesOn: nextChange(hours, at) };
}
