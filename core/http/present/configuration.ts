import type { ChannelDefinition } from '../../../plugins/contract/index';
import { webhookUrlOf } from '../../channels/host';
import { isLive, type Registry } from '../../channels/registry';
import { secretNames } from '../../channels/settings';
import { iso } from '../../model/instant';
import { membersOf } from '../../services/teams';
import type { Account } from '../../store/accounts';
import type { Agent } from '../../store/agents';
import type { Quarantined } from '../../store/quarantine';
import type { Team } from '../../store/teams';
import { made, maybeIso } from './made';

export function presentTeam(team: Team) {
  const members = membersOf(team).map(({ agentId, isLead }) => ({
    username: agentId,
    ...(isLead ? { role: 'lead' } : {}),
  }));
  const { id, name, autoComplete } = team;
  return { id, name, members, autoAssign: presentRules(team.autoAssign), autoComplete, ...made(team) };
}

// Whoever may read how a team works may not sign in our name.
function presentRules(rules: Team['autoAssign']) {
  return rules?.decider ? { ...rules, decider: { url: rules.decider.url } } : rules;
}

export function presentAgent(agent: Agent) {
  const { id, name, email, capacity, isProgram, signature } = agent;
  const own = signature === undefined ? {} : { signature };
  return { id, name, email, capacity, isProgram, ...own, ...made(agent) };
}

/** All teams with what their channels show. */
export function presentConfig(teams: readonly Team[]) {
  return {
    teams: teams.map((team) => ({
      teamId: team.id,
      channels: { ...(team.appMessaging ? { appMessagingConfig: team.appMessaging } : {}) },
      ...(team.settings ? { settings: team.settings } : {}),
    })),
  };
}

/** A channel account without its secrets. */
export function presentAccount(account: Account, registry: Registry, publicUrl: string) {
  const { id, channelId: kind, adapter, name, teamId, settings, health } = account;
  const runtime = registry.get(id);
  const hasWebhook = isLive(runtime) && runtime.channel.webhook !== undefined;
  const isShared = hasWebhook && runtime.definition.sharedWebhook !== undefined;
  return {
    ...{ id, kind, adapter, name, teamId, settings },
    secrets: namesIn(registry.secretsOf(account)),
    ...(hasWebhook ? { webhookUrl: webhookUrlOf(publicUrl, id) } : {}),
    ...(isShared ? { sharedWebhookUrl: webhookUrlOf(publicUrl, adapter) } : {}),
    health: {
      state: health.state,
      since: iso(health.since),
      isPaused: account.isPaused,
      lastInboundOn: maybeIso(health.lastInboundOn),
      lastOutboundOn: maybeIso(health.lastOutboundOn),
      lastError: health.lastError && { ...health.lastError, on: iso(health.lastError.on) },
      credentialExpiresOn: maybeIso(health.credentialExpiresOn),
    },
    ...made(account),
  };
}

function namesIn(secrets: Readonly<Record<string, unknown>>, prefix = ''): string[] {
  return Object.entries(secrets).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? namesIn({ ...value }, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

/** An installed adapter. */
export function presentKind(definition: ChannelDefinition) {
  const { id, channel, title, capabilities, configSchema, guide } = definition;
  return {
    ...{ id, kind: channel, title, capabilities },
    settingsSchema: configSchema,
    secrets: secretNames(configSchema),
    guide,
  };
}

export function presentQuarantined(item: Quarantined) {
  const { id, accountId, problem, state } = item;
  return {
    ...{ id, accountId, problem, state },
    receivedOn: iso(item.receivedOn),
    settledOn: maybeIso(item.settledOn),
  };
}
