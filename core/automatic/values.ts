import type { AutomaticRules } from '../model/automatic-rules';
import type { Chat } from '../model/chat';
import { isOpenAt, nextChange } from '../model/hours';
import type { Instant } from '../model/instant';
import { nameOfPerson, names, type Values } from '../model/template';
import { findAgent } from '../store/agents';
import { findProfile } from '../store/profiles';
import type { Team } from '../store/teams';
import type { Tx } from '../store/tx';

/** What the variables of a text stand for in a chat; what it does not name is not looked up. */
export async function valuesFor(
  tx: Tx,
  text: string,
  about: {
    readonly chat: Chat;
    readonly team: Team;
    readonly rules: AutomaticRules;
    readonly at: Instant;
    readonly link?: string | undefined;
  },
): Promise<Values> {
  const { chat, team, rules, at, link } = about;
  const { spaceId, customerId, agentId } = chat;
  const customer = names(text, 'customerName') ? await findProfile(tx, spaceId, customerId) : undefined;
  const agent =
    names(text, 'agentName') && agentId !== undefined ? await findAgent(tx, spaceId, agentId) : undefined;
  return {
    customerName: nameOfPerson(customer?.name) ?? '',
    agentName: agent?.name ?? '',
    teamName: team.name,
    openingTime: names(text, 'openingTime') ? openingTime(rules, at) : '',
    link: link ?? '',
  };
}

/** The same for a text that anybody reads, before it is known who does. */
export function valuesForAnybody(
  text: string,
  { team, rules, at }: { readonly team: Team; readonly rules: AutomaticRules; readonly at: Instant },
): Values {
  return { teamName: team.name, openingTime: names(text, 'openingTime') ? openingTime(rules, at) : '' };
}

const WEEK_MS = 7 * 86_400_000;

/** When the team is back, by its own clock and in its own language; empty while it is there, or where nobody knows. */
function openingTime({ hours, language }: AutomaticRules, at: Instant): string {
  const opensOn = isOpenAt(hours, at) ? undefined : nextChange(hours, at);
  if (opensOn === undefined) return '';
  const day = opensOn - at < WEEK_MS ? {} : ({ day: 'numeric', month: 'long' } as const);
  return new Intl.DateTimeFormat(language, {
    ...{ weekday: 'long', ...day, hour: 'numeric', minute: '2-digit', timeZone: hours.timeZone },
  }).format(opensOn);
}
