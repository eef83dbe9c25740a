import {
  type ClientProfile,
  ClientRefusal,
  type ClientRoute,
  type HttpReply,
  type ProfileData,
} from '../../plugins/contract/index';
import { type Fields, fieldsOf, json, queryOf, wrong } from '../../plugins/helpers/client-body';
import { forSession } from '../../plugins/helpers/client-routes';
import { idIn, matchOf } from './conversations';
import type { Account } from './sessions';
import { shownProfile } from './shapes';

const MODES = [
  { method: 'PUT', mode: 'replace' },
  { method: 'PATCH', mode: 'merge' },
] as const;

/** Who somebody is. */
export function profileRoutes({ ports: { profiles } }: Account): ClientRoute[] {
  return [
    forSession('GET /profiles', async ({ session, request }) => {
      const fields = Object.fromEntries(queryOf(request));
      return json(200, (await profiles.find(session, fields)).map(shownProfile));
    }),
    forSession('GET /profiles/{id}', async ({ session, params }) =>
      reply(await profiles.get(session, idIn(params))),
    ),
    ...MODES.map(({ method, mode }) =>
      forSession(`${method} /profiles/{id}`, async ({ session, params, request }) => {
        const id = idIn(params);
        const data = dataOf(fieldsOf(request), id);
        return reply(await profiles.update(session, { id, data, mode, ...matchOf(request) }));
      }),
    ),
  ];
}

function reply(profile: ClientProfile): HttpReply {
  return json(200, shownProfile(profile), profile.etag);
}

// Clients send back what they read; what we know ourselves is not theirs to set.
function dataOf(fields: Fields, id: string): ProfileData {
  if (fields['id'] !== undefined && fields['id'] !== id)
    throw new ClientRefusal(400, 'it must be the id in the path', 'id');
  const own = Object.entries(fields).filter(
    ([name]) => name !== 'id' && !name.startsWith('_') && name !== 'addresses',
  );
  const data = Object.fromEntries(own);
  const { name } = data;
  if (name !== undefined && name !== null && typeof name !== 'string') throw wrong('name', 'a text');
  return data;
}
