import type { ClientRoute, PublicTeam } from '../../plugins/contract/index';
import { json } from '../../plugins/helpers/client-body';
import { forAnyone } from '../../plugins/helpers/client-routes';
import type { Account } from './account';
import type { WebChatConfig } from './config';
import { uploadPolicy } from './files';

/** What the widget looks like and does, for anybody to read: no secret is in it. */
export function settingsRoutes(account: Account): ClientRoute[] {
  return [forAnyone('GET /config', async () => json(200, await publicSettings(account)))];
}

async function publicSettings(account: Account) {
  const { config, host, ports } = account;
  const team = await ports.business.team();
  const { title, subtitle, colour, theme = 'auto', position = 'right', language = 'auto' } = config;
  return {
    ...{ accountId: host.accountId, title: title ?? team?.name ?? 'Chat', subtitle, colour },
    ...{ theme, position, language, avatarUrl: config.avatarUrl ?? team?.avatarUrl },
    welcome: welcomeOf(config, team),
    preChat: (config.preChat ?? []).map(({ key, isRequired = false }) => ({ key, isRequired })),
    teams: await choiceOf(account),
    ...(team ? openingOf(config, team) : { availability: 'open' }),
    upload: uploadPolicy(config),
    identity: config.identity?.mode ?? 'off',
    showsRead: config.showsRead ?? true,
    showsTyping: config.showsTyping ?? true,
    movesToEmail: config.leaving !== undefined,
  };
}

function welcomeOf({ welcome }: WebChatConfig, team: PublicTeam | undefined) {
  return welcome ? { text: welcome.text, afterMs: (welcome.afterSeconds ?? 0) * 1_000 } : team?.welcome;
}

async function choiceOf({ config, ports }: Account) {
  const teams: { readonly id: string; readonly name: string }[] = [];
  for (const id of config.teams ?? []) {
    const team = await ports.business.team(id);
    if (team) teams.push({ id, name: team.name });
  }
  return teams;
}

/** Whether the team answers now, and what to say when it does not. */
export function openingOf({ outOfHours = {} }: WebChatConfig, team: PublicTeam) {
  const { availability, opensOn } = team;
  if (availability === 'open') return { availability };
  const { mode = 'message', text = team.absence } = outOfHours;
  return { availability, outOfHours: { mode, text, opensOn } };
}
