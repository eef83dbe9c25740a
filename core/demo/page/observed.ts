import { useEffect, useState } from 'preact/hooks';

/** A value that changes, and whoever wants to know. */
export interface Observed<T> {
  now(): T;
  set(value: T): void;
  watch(onChange: () => void): () => void;
}

export function observed<T>(first: T): Observed<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    now: () => value,
    set(next) {
      value = next;
      for (const watcher of watchers) watcher();
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => void watchers.delete(onChange);
    },
  };
}

/** The value as it is now, in a component. */
export function useObserved<T>(source: Observed<T>): T {
  const [, draw] = useState(0);
  useEffect(() => source.watch(() => draw((times) => times + 1)), [source]);
  return source.now();
}
