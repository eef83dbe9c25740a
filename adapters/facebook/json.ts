/** Any object of JSON: what is in it must be asked for. */
export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a name; of what is none, undefined. */
export function recordAt(json: Json, name: string): Json | undefined {
  const value = own(json, name);
  return isRecord(value) ? value : undefined;
}

/** The objects of a list under a name. */
export function recordsAt(json: Json, name: string): readonly Json[] {
  const value = own(json, name);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The text under a name; a number is taken too, since ids come in both forms. */
export function textAt(json: Json, name: string): string | undefined {
  const value = own(json, name);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(json: Json, name: string): number | undefined {
  const value = own(json, name);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function own(json: Json, name: string): unknown {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}
