import type { Availability, PublicTeam } from '../../../plugins/contract/index';
import { valuesForAnybody } from '../../automatic/values';
import { absenceText, automaticRules } from '../../model/automatic-rules';
import { isOpenAt, nextChange } from '../../model/hours';
import type { Instant } from '../../model/instant';
import { goesByPresence, isThere } from '../../model/presence';
import { filled } from '../../model/template';
import { findAgents } from '../../store/agents';
import { presenceOf } from '../../store/presence';
import { findTeam, type Team } from '../../store/teams';
import type { Tx } from '../../store/tx';

/** A team as the customers of a channel see it: whether it works, and what it says to them. */
export async function publicTeam(tx: Tx, asked: Asked): Promise<PublicTeam | undefined> {
  const { spaceId, teamId, channelId, at } = asked;
  const team = await findTeam(tx, spaceId, teamId);
  if (!team) return undefined;
  const rules = automaticRules(team, channelId);
  const isOpen = isOpenAt(rules.hours, at);
  const opensOn = isOpen ? undefined : nextChange(rules.hours, at);
  const avatarUrl = textOf(team.settings?.['avatarUrl']);
  const wordsOf = (text = '') => textOf(filled(text, valuesForAnybody(text, { team, rules, at })).trim());
  const absence = wordsOf(absenceText(team, channelId));
  const welcome = welcomeOf(team.appMessaging?.['welcomeMessage'], wordsOf);
  return {
    ...{ id: team.id, name: team.name, ...(avatarUrl === undefined ? {} : { avatarUrl }) },
    ...(welcome && { welcome }),
    availability: isOpen ? await presenceIn(tx, team) : 'closed',
    ...(opensOn === undefined ? {} : { opensOn: new Date(opensOn) }),
    ...(absence === undefined ? {} : { absence }),
  };
}

interface Asked {
  readonly spaceId: string;
  readonly teamId: string;
  readonly channelId: string;
  readonly at: Instant;
}

/** Whether anybody is there. A team that works without presence counts as there: nothing was heard, and nothing depends on it. */
async function presenceIn(tx: Tx, team: Team): Promise<Availability> {
  const { spaceId, members } = team;
  const known = await presenceOf(tx, spaceId, members);
  if (known.size === 0 && !goesByPresence(team)) return 'open';
  const agents = await findAgents(tx, spaceId, members);
  return agents.some((agent) => isThere(agent, known.get(agent.id))) ? 'open' : 'nobody';
}

function welcomeOf(
  value: unknown,
  wordsOf: (text: string | undefined) => string | undefined,
): PublicTeam['welcome'] {
  if (typeof value !== 'object' || value === null || !('text' in value) || !('timeout' in value))
    return undefined;
  const [text, seconds] = [wordsOf(textOf(value.text)), Number(value.timeout)];
  return text === undefined || !(seconds >= 0) ? undefined : { text, afterMs: seconds * 1000 };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
