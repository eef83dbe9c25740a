interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}

type Next = (specifier: string, context: object) => Promise<Resolved>;

/** What plugins import by name, and where it is; Node runs these hooks in a thread of their own. */
const own = new Map<string, string>();

export function initialize(names: readonly (readonly [name: string, url: string])[]): void {
  for (const [name, url] of names) own.set(name, url);
}

/** Gives the contract of this gateway to modules that find none (https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve). */
export async function resolve(specifier: string, context: object, next: Next): Promise<Resolved> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const url = own.get(specifier);
    if (url === undefined) throw error;
    return { url, shortCircuit: true };
  }
}
