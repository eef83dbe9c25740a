import { z } from 'zod';

/** What the API tells of an adapter. */
export const kind = z.looseObject({
  ...{ id: z.string(), kind: z.string(), title: z.string() },
  settingsSchema: z.record(z.string(), z.unknown()),
  guide: z
    .object({
      before: z.array(z.string()),
      madeUp: z.array(z.string()).default([]),
      after: z.array(z.string()).default([]),
      tryIt: z.string().optional(),
    })
    .optional(),
});
export type Kind = z.infer<typeof kind>;

export const account = z.looseObject({
  ...{ id: z.string(), kind: z.string(), adapter: z.string(), name: z.string(), teamId: z.string() },
  ...{ webhookUrl: z.string().optional(), sharedWebhookUrl: z.string().optional() },
  health: z.looseObject({
    state: z.string(),
    isPaused: z.boolean(),
    lastError: z.looseObject({ message: z.string(), setting: z.string().optional() }).optional(),
  }),
});
export type Account = z.infer<typeof account>;

/** Whether the settings of an account work. */
export const checked = z.looseObject({
  ok: z.boolean(),
  warnings: z.array(z.string()).default([]),
  message: z.string().optional(),
  setting: z.string().optional(),
});

export const team = z.looseObject({
  ...{ id: z.string(), name: z.string() },
  members: z.array(z.looseObject({ username: z.string() })),
});
export type Team = z.infer<typeof team>;

export const agent = z.looseObject({ id: z.string(), name: z.string() });

export const chat = z.looseObject({
  id: z.string(),
  route: z.looseObject({ accountId: z.string().optional() }).optional(),
});

export const message = z.looseObject({
  ...{ id: z.string(), status: z.string().optional() },
  failure: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).optional(),
});
