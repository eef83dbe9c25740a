/** A value that tells those who listen when it changes. */
export interface Observable<T> {
  get(): T;
  change(part: Partial<T>): void;
  /** Gives what ends it. */
  listen(listener: (value: T, before: T) => void): () => void;
}

export function observable<T extends object>(first: T): Observable<T> {
  let value = first;
  const listeners = new Set<(value: T, before: T) => void>();
  return {
    get: () => value,
    change(part) {
      const before = value;
      value = { ...value, ...part };
      for (const listener of listeners) listener(value, before);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
