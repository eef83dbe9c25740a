import { createHash } from 'node:crypto';
import { etagOf } from '../../model/etag';
import type { Team } from '../../store/teams';

/** The ETag of a configuration that is made of many teams: it changes when any of them does. */
export function configEtag(teams: readonly Team[]): string {
  const states = teams.map((team) => `${team.id} ${etagOf(team)}`).join('\n');
  return `"${createHash('sha256').update(states).digest('base64url').slice(0, 22)}"`;
}
