interface Resolved {
  readonly url: string;
}

type Next = (specifier: string, context: object) => Promise<Resolved>;

const GENERATION = /[?&]parley-reload=\d+/;

/**
 * ES modules are never loaded twice from one address. What a reloaded module imports from beside it therefore gets the
 * number of that reload too (https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve).
 */
export async function resolve(
  specifier: string,
  context: { readonly parentURL?: string },
  next: Next,
): Promise<Resolved> {
  const resolved = await next(specifier, context);
  const [generation] = GENERATION.exec(context.parentURL ?? '') ?? [];
  const isOwn = specifier.startsWith('.') && resolved.url.startsWith('file:');
  if (generation === undefined || !isOwn || GENERATION.test(resolved.url)) return resolved;
  return { ...resolved, url: `${resolved.url}${generation}` };
}
