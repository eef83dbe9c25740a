import type { ClientRoute, OpenRoute, SessionRoute } from '../contract/index';

type Where = `${ClientRoute['method']} /${string}`;

/** A call that anybody may make. */
export function forAnyone(
  where: Where,
  handle: OpenRoute['handle'],
  more: Pick<OpenRoute, 'maxBytes' | 'perMinute'> = {},
): OpenRoute {
  return { ...parsed(where), access: 'anyone', handle, ...more };
}

/** A call that takes a session. */
export function forSession(
  where: Where,
  handle: SessionRoute['handle'],
  more: Pick<SessionRoute, 'maxBytes' | 'perMinute' | 'forAgents'> = {},
): SessionRoute {
  return { ...parsed(where), access: 'session', handle, ...more };
}

function parsed(where: Where): Pick<ClientRoute, 'method' | 'path'> {
  const [method, path] = where.split(' ') as [ClientRoute['method'], string];
  return { method, path };
}
