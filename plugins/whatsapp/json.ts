/** Any object of JSON: what is in it must be asked for. */
export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a name; of what is none, an empty one. */
export function recordAt(json: Json, name: string): Json {
  const value = own(json, name);
  return isRecord(value) ? value : {};
}

/** The list under a name; of what is none, an empty one. */
export function listAt(json: Json, name: string): readonly unknown[] {
  const value = own(json, name);
  return Array.isArray(value) ? value : [];
}

export function recordsAt(json: Json, name: string): readonly Json[] {
  return listAt(json, name).filter(isRecord);
}

/** The text under a name, where there is one with something in it; ids come as numbers too. */
export function textAt(json: Json, name: string): string | undefined {
  const value = own(json, name);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberAt(json: Json, name: string): number | undefined {
  const number = Number(textAt(json, name) ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** A time that Meta gives in seconds. */
export function timeAt(json: Json, name: string): Date | undefined {
  const at = new Date((numberAt(json, name) ?? Number.NaN) * 1_000);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whoever asks says what it is not
  }
}

function own(json: Json, name: string): unknown {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}
