import { z } from 'zod';
import { autoAssign, autoComplete } from './assignment';
import { automaticSettings, delayedMessage, template } from './automatic';
import { freeText, id, json, jsonObject, made, text } from './common';
import { exceptions, holidayCalendarUrl, holidays, timeZone, workingHours } from './hours';

const role = z.enum(['agent', 'lead'], { error: 'expected agent or lead' }).optional().meta({
  description: "`lead`: may read, answer, transfer and close all the team's chats. Absent: agent.",
});
const member = z.object({ username: id.meta({ description: 'The id of an agent.' }), role });

export const memberPut = z.strictObject({ role }).meta({ id: 'MemberPut' });

export const teamCreate = z
  .strictObject({
    id: id.optional(),
    name: text(200),
    members: z.array(member).max(1000).default([]),
    autoAssign: autoAssign.optional(),
    autoComplete: autoComplete.optional(),
  })
  .meta({ id: 'TeamCreate' });

export const teamUpdate = z
  .strictObject({
    name: text(200),
    members: z.array(member).max(1000).optional(),
    autoAssign: autoAssign.nullable().optional(),
    autoComplete: autoComplete.nullable().optional(),
  })
  .meta({ id: 'TeamUpdate' });

export const team = z
  .object({
    id: z.string(),
    name: z.string(),
    members: z.array(member),
    autoAssign: autoAssign.optional(),
    autoComplete: autoComplete.optional(),
    ...made,
  })
  .meta({ id: 'Team' });

export const teamSettings = z
  .looseObject({
    closeMessage: template.optional(),
    avatarUrl: freeText(2000).optional(),
    signature: freeText(5000).optional().meta({
      description: 'Stands below each mail of the team, once; where an agent has one, that.',
    }),
    outOfHoursMessage: template.optional(),
    outOfHoursMessageEnabled: z.boolean().optional(),
    outOfHoursFormTemplateId: freeText(200).optional(),
    workingHours: workingHours.optional(),
    timeZone: timeZone.optional(),
    holidays: holidays.optional(),
    holidayCalendarUrl: holidayCalendarUrl.optional(),
    exceptions: exceptions.optional(),
    ...automaticSettings,
  })
  .meta({ id: 'TeamSettings' });

export const appMessagingConfig = z
  .looseObject({
    welcomeMessage: delayedMessage.optional(),
    replyAs: z.enum(['team', 'individual'], { error: 'expected team or individual' }).optional(),
  })
  .meta({ id: 'AppMessagingConfig' });

export const chatConfig = z
  .object({
    teams: z.array(
      z.object({
        teamId: z.string(),
        channels: z.object({ appMessagingConfig: jsonObject.optional() }),
        settings: jsonObject.optional(),
      }),
    ),
  })
  .meta({ id: 'ChatConfig' });

const capacity = z.number().int().min(0, 'expected 0 or more').max(1000);

export const agentCreate = z
  .strictObject({
    id: id.optional(),
    name: text(200),
    email: z.email('expected a mail address').max(320),
    capacity: capacity.optional(),
    isProgram: z
      .boolean()
      .optional()
      .meta({ description: 'It is there at any time, and writes only in chats that it has.' }),
    signature: freeText(5000).nullable().optional().meta({
      description: 'Stands below each mail of theirs, once; null takes it away. Absent: that of the team.',
    }),
  })
  .meta({ id: 'AgentCreate' });

export const agentUpdate = agentCreate.omit({ id: true }).meta({ id: 'AgentUpdate' });

export const agent = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    capacity: z.number().int(),
    isProgram: z.boolean(),
    signature: z.string().optional(),
    ...made,
  })
  .meta({ id: 'Agent' });

export const agentSession = z
  .object({ token: z.string(), expiresOn: z.string() })
  .meta({ id: 'AgentSession', description: 'Sees and does what that agent may.' });

export const channelCreate = z
  .strictObject({
    kind: text(100).meta({ description: 'The channel, such as `sms`; GET /channels/kinds lists them.' }),
    adapter: text(100).optional(),
    name: text(200),
    teamId: id,
    settings: jsonObject.meta({ description: "By the adapter's schema; secrets are write-only." }),
  })
  .meta({ id: 'ChannelCreate' });

export const channelUpdate = z
  .strictObject({
    name: text(200).optional(),
    teamId: id.optional(),
    settings: jsonObject.optional().meta({ description: 'Secrets that are absent stay as they are.' }),
  })
  .meta({ id: 'ChannelUpdate' });

const lastError = z.object({ message: z.string(), setting: z.string().optional(), on: z.string() });

export const channelAccount = z
  .object({
    id: z.string(),
    kind: z.string(),
    adapter: z.string(),
    name: z.string(),
    teamId: z.string(),
    settings: jsonObject,
    secrets: z.array(z.string()).meta({ description: 'Names of the secret settings that are set.' }),
    webhookUrl: z.string().optional().meta({ description: 'Give this address to the provider.' }),
    sharedWebhookUrl: z
      .string()
      .optional()
      .meta({ description: 'Or this one, which all accounts of the adapter share.' }),
    health: z.object({
      state: z.enum(['unchecked', 'connecting', 'connected', 'waiting', 'unauthorized', 'unavailable']),
      since: z.string(),
      isPaused: z.boolean(),
      lastInboundOn: z.string().optional(),
      lastOutboundOn: z.string().optional(),
      lastError: lastError.optional(),
      credentialExpiresOn: z.string().optional(),
    }),
    ...made,
  })
  .meta({ id: 'ChannelAccount' });

export const channelCheck = z
  .object({
    ok: z.boolean(),
    warnings: z.array(z.string()).optional(),
    credentialExpiresOn: z.string().optional(),
    kind: z.string().optional(),
    message: z.string().optional(),
    setting: z.string().optional().meta({ description: 'The setting at fault.' }),
    providerCode: z.string().optional(),
  })
  .meta({ id: 'ChannelCheck' });

export const channelKind = z
  .object({
    id: z.string().meta({ description: 'The adapter.' }),
    kind: z.string().meta({ description: 'The channel that it speaks.' }),
    title: z.string(),
    capabilities: json,
    settingsSchema: json.meta({ description: 'JSON Schema 2020-12.' }),
    secrets: z.array(z.string()),
    guide: z
      .object({
        before: z.array(z.string()),
        madeUp: z.array(z.string()).optional(),
        after: z.array(z.string()).optional(),
        tryIt: z.string().optional(),
      })
      .optional()
      .meta({ description: 'What a person does at the provider to connect an account by hand.' }),
  })
  .meta({ id: 'ChannelKind' });

export const quarantined = z
  .object({
    id: z.string(),
    accountId: z.string(),
    receivedOn: z.string(),
    problem: z.string(),
    state: z.enum(['waiting', 'replayed', 'discarded']),
    settledOn: z.string().optional(),
  })
  .meta({ id: 'QuarantinedDelivery', description: 'A delivery that could not be read; kept whole.' });
