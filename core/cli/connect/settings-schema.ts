import { z } from 'zod';

/** A part of a JSON Schema, as far as questions can be made of it. */
const part = z.looseObject({
  ...{ type: z.string().optional(), title: z.string().optional(), description: z.string().optional() },
  ...{ enum: z.array(z.unknown()).optional(), default: z.unknown().optional() },
  writeOnly: z.boolean().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  oneOf: z.array(z.looseObject({ required: z.array(z.string()).optional() })).optional(),
});
export type Part = z.infer<typeof part>;

/** One setting. */
export interface Field {
  /** From the top, such as `imap.password`. */
  readonly path: string;
  readonly schema: Part;
}

export function partOf(schema: unknown): Part {
  return part.parse(schema);
}

/** The settings below an object: those that must be, those of which one must be, and the rest. */
export function fieldsOf(
  schema: Part,
  prefix = '',
): { readonly required: Field[]; readonly oneOf: Field[][]; readonly optional: Field[] } {
  const { required = [], properties = {}, oneOf = [] } = schema;
  const fieldOf = (name: string): Field => ({
    path: `${prefix}${name}`,
    schema: partOf(properties[name] ?? {}),
  });
  const alternatives = oneOf
    .map((one) => (one.required ?? []).filter((name) => !required.includes(name)))
    .filter((names) => names.length > 0);
  const asked = new Set([...required, ...alternatives.flat()]);
  return {
    required: required.map(fieldOf),
    oneOf: alternatives.map((names) => names.map(fieldOf)),
    optional: Object.keys(properties)
      .filter((name) => !asked.has(name))
      .map(fieldOf),
  };
}

/** The setting of a dotted name; undefined where there is none. */
export function fieldAt(schema: Part, path: string): Field | undefined {
  let found = schema;
  for (const name of path.split('.')) {
    const { properties = {} } = found;
    if (!Object.hasOwn(properties, name)) return undefined;
    found = partOf(properties[name]);
  }
  return { path, schema: found };
}

export type Settings = Readonly<Record<string, unknown>>;

/** The settings with one more, or another value for it. */
export function withSetting(settings: Settings, path: string, value: unknown): Settings {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...settings, [name]: value };
  const below = settings[name];
  const inner = typeof below === 'object' && below !== null ? { ...below } : {};
  return { ...settings, [name]: withSetting(inner, rest.join('.'), value) };
}
