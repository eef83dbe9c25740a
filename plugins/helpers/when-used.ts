/**
 * Loads what an installation, or most of its hours, can do without at its first use: before that it costs neither memory
 * nor time at the start. Give it a call of `require`, whose types are those of the same `import`.
 */
export function whenUsed<T>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
