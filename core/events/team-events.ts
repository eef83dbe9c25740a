import { z } from 'zod';
import { PRESENCE_STATUSES } from '../model/presence';
import { decision } from './payloads';

/** What the events of teams at work say. */

const id = z.string();
const at = z.string().meta({ description: 'UTC.' });
const by = z.string();
const OF_CHATS = ['teamId', 'channelId'] as const;
const OF_TEAMS = ['teamId'] as const;

const presence = z.strictObject({
  id,
  profileId: id,
  status: z.enum(PRESENCE_STATUSES),
  previousStatus: z.enum(PRESENCE_STATUSES),
  isAway: z.boolean(),
  by,
});
const offered = z.strictObject({ id, teamId: id, agentId: id, expiresOn: at, decision, by });
const passed = z.strictObject({ id, teamId: id, agentId: id, outcome: z.enum(['declined', 'expired']), by });

const queued = z.strictObject({
  id,
  teamId: id,
  reason: z
    .enum(['nobodyAvailable', 'allBusy', 'outsideHours', 'byHand'])
    .meta({ description: '`byHand`: the team hands nothing out by itself.' }),
  by,
});

const rated = z.strictObject({
  id,
  teamId: id,
  agentId: id.optional(),
  rating: z.number().int().min(1).max(5).meta({ description: 'From 1, the worst, to 5.' }),
  comment: z.string().optional(),
  by,
});

const calendar = z.strictObject({
  id,
  url: z.string(),
  problem: z
    .string()
    .optional()
    .meta({ description: 'Why the feed could not be fetched; what it said before still counts.' }),
  fetchedOn: at.meta({ description: 'When that worked last. UTC.' }),
  by,
});

/** Their names, and what each one means. */
export const TEAM_EVENTS = {
  'presence.available': of('An agent is there and takes chats.', presence),
  'presence.away': of('An agent is not at their desk.', presence),
  'presence.offline': of('An agent left, or their connection was lost for too long.', presence),
  'presence.draining': of('An agent finishes what they have and gets nothing new.', presence),
  'chat.offered': of('An agent may take it before the others do.', offered, OF_CHATS),
  'chat.offerEnded': of('It was offered and not taken; it goes on to the next.', passed, OF_CHATS),
  'team.calendarChanged': of(
    "A team's feed of holidays says something new, fails, or works again.",
    calendar,
    OF_TEAMS,
  ),
  'chat.queued': of('It was transferred to a team where nobody can take it yet.', queued, OF_CHATS),
  'chat.rated': of('Its customer said how it was, or changed their mind.', rated, OF_CHATS),
};

function of<F extends readonly string[] = readonly []>(
  description: string,
  payload: z.ZodType,
  filters: F = [] as unknown as F,
) {
  return { description, payload, filters };
}

const CHAT = '0199c2f4-6a3e-7c11-9f27-5d0a4be1c001';
const kim = { id: 'kim', profileId: 'kim', previousStatus: 'offline', by: 'session:kim' };
const offer = { id: CHAT, teamId: 'sales', agentId: 'kim', by: 'gateway' };

/** One true payload of each. */
export const TEAM_EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'presence.available': { ...kim, status: 'available', isAway: false },
  'presence.away': { ...kim, status: 'away', previousStatus: 'available', isAway: true },
  'presence.offline': { ...kim, status: 'offline', previousStatus: 'away', isAway: false, by: 'gateway' },
  'presence.draining': { ...kim, status: 'draining', previousStatus: 'available', isAway: true },
  'chat.offered': { ...offer, expiresOn: '2026-01-31T12:00:30.000Z', decision: { by: 'leastBusy' } },
  'chat.offerEnded': { ...offer, outcome: 'expired' },
  'team.calendarChanged': {
    ...{ id: 'sales', url: 'https://example.com/holidays.ics', fetchedOn: '2026-01-31T06:00:00.000Z' },
    ...{ problem: 'cannot be fetched: its server answers with 503', by: 'gateway' },
  },
  'chat.queued': { id: CHAT, teamId: 'sales', reason: 'nobodyAvailable', by: 'session:kim' },
  'chat.rated': {
    ...{ id: CHAT, teamId: 'sales', agentId: 'kim', rating: 5, comment: 'Quick and kind.' },
    by: 'session:0199c2f4-6a3e-7c11-9f27-5d0a4be1c0aa',
  },
};
