import { z } from 'zod';

const optionalMembers = ['findSent', 'openMedia', 'typing'] as const;

const manifest = z.strictObject({
  contract: z.string(),
  id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, 'lower case letters, digits and dashes'),
  channel: z.string().regex(/^[a-z][A-Za-z0-9]{1,40}$/, 'letters and digits'),
  title: z.string().min(1),
  url: z.url({ protocol: /^https?$/, error: 'an http or https address' }),
  identity: z.string(),
  address: z.strictObject({ pattern: z.string(), lowerCase: z.boolean().default(false) }),
  capabilities: z.looseObject({
    text: z.looseObject({ maxLength: z.number().int().min(1) }),
    states: z.array(z.enum(['accepted', 'sent', 'delivered', 'read', 'failed'])),
    canStart: z.boolean(),
    idempotentSend: z.boolean(),
    lookup: z.object({ settlesAfterMs: z.number().int().min(0) }).optional(),
  }),
  settings: z.record(z.string(), z.looseObject({ type: z.string() })),
  optionalSettings: z.array(z.string()).default([]),
  has: z.array(z.enum(optionalMembers)).default([]),
});

/** What a service says of the channel that it speaks. */
export type RemoteManifest = z.output<typeof manifest>;

/** Reads a `channel.json`; throws with every field that is wrong. */
export function readRemoteManifest(json: unknown): RemoteManifest {
  const parsed = manifest.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'channel.json'}: ${message}`,
    );
    throw new Error(problems.join('; '));
  }
  const { identity, settings, has, capabilities } = parsed.data;
  if (!Object.hasOwn(settings, identity)) throw new Error(`identity: there is no setting "${identity}"`);
  if (has.includes('findSent') !== (capabilities.lookup !== undefined))
    throw new Error('capabilities.lookup: it goes with "findSent" in `has`');
  return parsed.data;
}
