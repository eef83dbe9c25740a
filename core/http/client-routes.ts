import type { ClientRoute, ClientSurface } from '../../plugins/contract/index';
import { isPlainText } from '../model/plain-text';
import { Problem } from '../model/problem';

/** A route that a path fits, with what stands in its braces. */
export interface RouteMatch {
  readonly route: ClientRoute;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: ClientRoute;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

type Routes = Pick<ClientSurface, 'routes'>;

const compiled = new WeakMap<Routes, readonly Compiled[]>();

/** Every route of a surface that a path fits, of any method. Ids may hold encoded slashes; they are decoded after the match. */
export function routesAt(surface: Routes, path: string): RouteMatch[] {
  const known = compiled.get(surface) ?? surface.routes.map(compile);
  compiled.set(surface, known);
  return known.flatMap(({ route, pattern, names }) => {
    const found = pattern.exec(path);
    if (!found) return [];
    const params = Object.fromEntries(names.map((name, index) => [name, decoded(found[index + 1] ?? '')]));
    return [{ route, params }];
  });
}

function compile(route: ClientRoute): Compiled {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pattern = new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}$`);
  return { route, pattern, names };
}

function decoded(text: string): string {
  const plain = decode(text);
  if (plain === undefined || !isPlainText(plain))
    throw new Problem('malformed-body', 'the path cannot be read: it must be URI-encoded UTF-8');
  return plain;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
