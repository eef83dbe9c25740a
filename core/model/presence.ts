import type { AutoAssign } from './assignment-rules';
import type { Instant } from './instant';

/** `draining`: finishes the chats they have and gets no new ones. */
export const PRESENCE_STATUSES = ['available', 'away', 'offline', 'draining'] as const;
export type PresenceStatus = (typeof PRESENCE_STATUSES)[number];

/** Whether an agent is there. */
export interface Presence {
  readonly spaceId: string;
  readonly agentId: string;
  readonly status: PresenceStatus;
  /** What the agent last chose; it comes back with a connection that was lost. */
  readonly chosen?: PresenceStatus | undefined;
  /** Since when the status is so. */
  readonly since: Instant;
  /** Their last connection ended then, and no other has come since. */
  readonly lostOn?: Instant | undefined;
  readonly revision: number;
}

/** How long a page may be without a connection before its agent counts as gone. */
export const GRACE_MS = 60_000;

/** An agent of whom nothing was heard. */
export function unheardOf(agent: { readonly spaceId: string; readonly id: string }): Presence {
  return { spaceId: agent.spaceId, agentId: agent.id, status: 'offline', since: 0, revision: 0 };
}

/** The agent says how they are. */
export function chose(presence: Presence, status: PresenceStatus, at: Instant): Presence {
  return { ...withStatus(presence, status, at), chosen: status, lostOn: undefined };
}

/** A page of the agent's connected. Who said nothing yet is available, and who was only cut off is as before. */
export function connected(presence: Presence, at: Instant): Presence {
  const status = presence.chosen ?? 'available';
  if (status === presence.status && presence.lostOn === undefined) return presence;
  return { ...withStatus(presence, status, at), lostOn: undefined };
}

/** The agent's last connection ended; their status stays for the time of grace. */
export function disconnected(presence: Presence, at: Instant): Presence {
  if (presence.status === 'offline' || presence.lostOn !== undefined) return presence;
  return { ...presence, lostOn: at };
}

/** The agent did not come back in time. */
export function graceOver(presence: Presence, at: Instant): Presence {
  if (presence.lostOn === undefined || at < presence.lostOn + GRACE_MS) return presence;
  return {
    ...withStatus(presence, 'offline', at),
    chosen: presence.chosen ?? presence.status,
    lostOn: undefined,
  };
}

/** Programs are always there. */
export function isThere(
  agent: { readonly isProgram?: boolean | undefined },
  presence: Presence | undefined,
): boolean {
  return agent.isProgram === true || presence?.status === 'available';
}

/**
 * Whether the rules of a team go by who is there: it hands out its chats, or says when nobody is there. A team without
 * such rules may work without presence: that nothing was heard of its agents says nothing then.
 */
export function goesByPresence(team: {
  readonly autoAssign?: Pick<AutoAssign, 'strategy'> | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}): boolean {
  const { strategy = 'manual' } = team.autoAssign ?? {};
  return strategy !== 'manual' || team.settings?.['outOfHoursWhen'] === 'noAgentAvailable';
}

/** Whether the chats of this agent have nobody who looks at them; who is draining still does. */
export function isAbsent({ status }: Pick<Presence, 'status'>): boolean {
  return status === 'away' || status === 'offline';
}

function withStatus(presence: Presence, status: PresenceStatus, at: Instant): Presence {
  if (status === presence.status) return presence;
  return { ...presence, status, since: at, revision: presence.revision + 1 };
}
