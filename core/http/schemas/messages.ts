import { z } from 'zod';
import { freeText, id, json, text, timestamp } from './common';

const MOST_DATA = 8_000_000;

export const messagePart = z
  .object({
    name: freeText(500).optional(),
    type: text(200).meta({ description: 'MIME type.', example: 'text/plain' }),
    url: z
      .url({ protocol: /^https?$/, error: 'expected an http or https address' })
      .max(4000)
      .optional(),
    data: z
      .string()
      .max(MOST_DATA)
      .optional()
      .meta({ description: 'The text itself; for images and other files, base64.' }),
    size: z.number().int().nonnegative().optional(),
  })
  .refine((part) => part.url !== undefined || (part.data !== undefined && part.data !== ''), {
    error: 'it is empty: give data or url',
  })
  .meta({
    id: 'MessagePart',
    description:
      'Text in `data`, or a file at `url`. `application/vnd.parley.choices+json` offers choices (`data`: a JSON array of `{id, label}`), `application/vnd.parley.template+json` is a template that the provider approved (`data`: a JSON object of `{name, language?, values?, extra?}`): where the channel has templates it goes out alone, at any time; the text beside it says what the customer reads.',
  });

const alert = z
  .looseObject({ title: z.string().optional(), body: z.string().optional() })
  .meta({ description: 'What a push notification says.' });

export const messagePost = z
  .object({
    from: z
      .object({ profileId: id, name: freeText(500).optional() })
      .optional()
      .meta({ description: 'Who speaks: the agent, or the customer. Required with an access token.' }),
    metadata: json.optional(),
    parts: z.array(messagePart).min(1, 'it must have at least one part').max(50),
    alert: alert.optional(),
    direction: z.enum(['inbound', 'outbound']).optional(),
    isAutomatedSend: z.boolean().default(false),
  })
  .meta({ id: 'MessagePost' });

export const messageStatus = z
  .enum(['received', 'accepted', 'sending', 'sent', 'delivered', 'read', 'failed', 'expired', 'unknown'])
  .meta({
    description: '`unknown`: submitted, outcome not known; it is looked up, never blindly sent again.',
  });

const failure = z.object({ code: z.string().optional(), reason: z.string(), retryable: z.boolean() });

export const message = z
  .object({
    id: z.string(),
    sentEventId: z.number().int(),
    metadata: json.optional(),
    context: z.object({
      from: z.object({ id: z.string(), name: z.string().optional() }),
      chatId: z.string(),
      teamId: z.string(),
      sentBy: z.string(),
      sentOn: z.string(),
      direction: z.enum(['inbound', 'outbound']),
      to: z.object({ id: z.string() }),
    }),
    parts: z.array(
      z.object({
        name: z.string().optional(),
        type: z.string(),
        url: z.string().optional(),
        data: z.string().optional(),
        size: z.number().optional(),
      }),
    ),
    statusUpdates: z
      .record(z.string(), z.object({ status: z.enum(['delivered', 'read']), on: z.string() }))
      .meta({ description: 'By profile id.' }),
    reactions: z.array(z.object({ profileId: z.string(), emoji: z.string(), on: z.string() })).optional(),
    editedOn: z.string().optional(),
    unsentOn: z.string().optional().meta({ description: 'Withdrawn by its author; nothing of it is kept.' }),
    channelId: z.string(),
    status: messageStatus,
    failure: failure.optional(),
    isAutomatedSend: z.boolean(),
  })
  .meta({ id: 'Message' });

export const messageHistory = message
  .extend({
    accountId: z.string().optional(),
    externalIds: z.array(z.string()).meta({ description: "The provider's ids." }),
    attempts: z.array(
      z.object({
        piece: z.number().int(),
        attempt: z.number().int(),
        startedOn: z.string(),
        endedOn: z.string(),
        outcome: z.string(),
        kind: z.string().optional(),
        reason: z.string().optional(),
        providerCode: z.string().optional(),
        detail: z.string().optional(),
        externalIds: z.array(z.string()),
      }),
    ),
    receipts: z.array(
      z.object({
        piece: z.number().int(),
        state: z.string(),
        at: z.string(),
        reason: z.string().optional(),
        providerCode: z.string().optional(),
      }),
    ),
    nextAttemptOn: z.string().optional(),
  })
  .meta({ id: 'MessageHistory' });

export const messagePosted = z
  .object({ id: z.string(), eventId: z.number().int(), status: messageStatus })
  .meta({ id: 'MessagePosted' });

export const chatEvent = z
  .object({
    id: z.number().int(),
    data: z.looseObject({
      name: z.string(),
      eventId: z.string(),
      profileId: z.string().optional(),
      payload: z.looseObject({}),
    }),
  })
  .meta({ id: 'ChatEvent' });

export const messageResult = z
  .object({
    earliestEventId: z
      .number()
      .int()
      .meta({ description: 'Above 0: there is more, before it. 0: this page reaches the start.' }),
    latestEventId: z.number().int(),
    messages: z.array(message),
    orphanedEvents: z
      .array(chatEvent)
      .meta({ description: 'Status events whose message is not on this page.' }),
  })
  .meta({ id: 'MessageResult' });

export const statusUpdates = z
  .array(
    z.object({
      messageIds: z.array(z.string()).min(1, 'it must not be empty').max(1000),
      status: z.enum(['delivered', 'read'], { error: 'expected delivered or read' }),
      timestamp,
    }),
  )
  .min(1, 'it must not be empty')
  .max(1000)
  .meta({ id: 'StatusUpdates' });

export const preflight = z
  .object({
    allowed: z.boolean(),
    problem: z.looseObject({ code: z.string(), detail: z.string() }).optional(),
    route: z.object({ accountId: z.string(), own: z.string(), address: z.string() }).optional(),
    pieces: z
      .array(
        z.object({
          text: z.string().optional(),
          html: z.string().optional(),
          media: z.array(z.object({ name: z.string(), type: z.string(), url: z.string() })),
          choices: z.array(z.object({ id: z.string(), label: z.string() })),
          template: z.looseObject({ name: z.string() }).optional(),
          measure: z
            .object({ unit: z.string(), count: z.number().int(), encoding: z.string().optional() })
            .optional(),
        }),
      )
      .optional()
      .meta({ description: 'As the channel would carry it: one entry for each submission to the provider.' }),
    lost: z.array(z.string()).optional().meta({ description: 'What cannot be carried as it was meant.' }),
  })
  .meta({ id: 'Preflight' });
