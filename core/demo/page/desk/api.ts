import type { Start } from '../start';

/** The public API, as any program of the business calls it. */
export interface Api {
  get<T>(path: string): Promise<T>;
  /** Says what was wrong, in the gateway's words, or nothing. */
  send(method: 'POST' | 'PUT', path: string, body?: object): Promise<string | undefined>;
  /** Server-sent events, as they come. */
  open(path: string, lastEventId: string): Promise<Response>;
}

export function apiOf({ apiSpaceId, token }: Start): Api {
  const base = `/apispaces/${apiSpaceId}`;
  const authorization = `Bearer ${token}`;
  return {
    async get(path) {
      const response = await fetch(base + path, { headers: { authorization } });
      if (!response.ok) throw new Error(`the API answered ${response.status} to ${path}`);
      return response.json();
    },
    async send(method, path, body) {
      const response = await fetch(base + path, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.ok) return undefined;
      const { detail } = await response.json();
      return String(detail);
    },
    open: (path, lastEventId) =>
      fetch(base + path, {
        headers: { authorization, ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) },
      }),
  };
}
