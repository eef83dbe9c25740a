/** A JSON value as a text column keeps it; text holds what `jsonb` refuses, such as NUL characters. */
export function toColumn(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** What `toColumn` stored. Only our own writes are read, so the shape is known. */
export function fromColumn<T>(text: string | null): T | undefined {
  return text === null ? undefined : JSON.parse(text);
}

/** The value without the keys that are undefined, as exact optional properties want it. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined | null> } {
  const kept = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined | null> };
}
