import {
  type ClientCall,
  type ClientDevice,
  type ClientPorts,
  ClientRefusal,
  type ClientRoute,
  type ClientSession,
  type Host,
  type HttpReply,
  type PushRegistration,
} from '../../plugins/contract/index';
import {
  asFields,
  asText,
  type Fields,
  fieldsOf,
  json,
  maybeText,
  NO_CONTENT,
  queryOf,
  wrong,
} from '../../plugins/helpers/client-body';
import { forAnyone, forSession } from '../../plugins/helpers/client-routes';
import { anonymousToken, profileOf } from './claims';
import type { AppMessagingConfig } from './config';

/** One configured account: what its routes work with. */
export interface Account {
  readonly config: AppMessagingConfig;
  readonly host: Host;
  readonly ports: ClientPorts;
}

const PROVIDER = 'jsonWebToken';
const LONGEST_TOKEN = 8_000;

/** How an app comes in, goes, and says how to reach its device. */
export function sessionRoutes(account: Account): ClientRoute[] {
  const { ports } = account;
  return [
    forAnyone('GET /sessions/start', async () => {
      const { id, nonce, expiresOn } = ports.sessions.challenge();
      return json(200, { authenticationId: id, provider: PROVIDER, nonce, expiresOn });
    }),
    forAnyone('GET /sessions/tokens/anon', (call) => anonymous(account, call)),
    forAnyone('POST /sessions', (call) => open(account, call)),
    forSession(
      'GET /sessions/{id}',
      async ({ session, params }) => {
        mustBeOwn(session, params['id']);
        return json(200, shownSession(session));
      },
      { forAgents: true },
    ),
    forSession(
      'DELETE /sessions/{id}',
      async ({ session, params }) => {
        mustBeOwn(session, params['id']);
        await ports.sessions.end(session);
        return NO_CONTENT;
      },
      { forAgents: true },
    ),
    forSession(
      'PUT /sessions/{id}/push',
      async ({ session, params, request }) => {
        mustBeOwn(session, params['id']);
        await ports.sessions.setPush(session, pushOf(fieldsOf(request)));
        return json(200, {});
      },
      { forAgents: true },
    ),
    forSession(
      'DELETE /sessions/{id}/push',
      async ({ session, params }) => {
        mustBeOwn(session, params['id']);
        await ports.sessions.setPush(session, undefined);
        return NO_CONTENT;
      },
      { forAgents: true },
    ),
  ];
}

function mustBeOwn(session: ClientSession, id: string | undefined): void {
  if (session.id !== id) throw new ClientRefusal(404, 'there is no such session');
}

async function open(
  account: Account,
  { request, remoteAddress }: ClientCall,
): Promise<HttpReply | undefined> {
  const { sessions } = account.ports;
  const fields = fieldsOf(request);
  const challengeId = asText(fields['authenticationId'], 'authenticationId', 500);
  const answer = asText(fields['authenticationToken'], 'authenticationToken', LONGEST_TOKEN);
  const device = deviceOf(fields);
  const push =
    fields['push'] === undefined || fields['push'] === null
      ? undefined
      : pushOf(asFields(fields['push'], 'push'));
  const nonce = sessions.nonceOf(challengeId);
  if (nonce === undefined) return undefined;
  const claim = await claimOf(account, answer, nonce);
  if (!claim) return undefined;
  const sourceAddress = remoteAddress;
  const opened = await sessions.open({ challengeId, claim, device, sourceAddress, ...(push && { push }) });
  return json(200, { token: opened.token, session: { ...shownSession(opened.session), nonce } });
}

/** A signed token names a customer; an agent answers the challenge with the session token that the API gave. */
async function claimOf(account: Account, answer: string, nonce: string) {
  if (answer.split('.').length !== 3) return { agentToken: answer };
  const profileId = await profileOf(account, answer, nonce);
  return profileId === undefined ? undefined : { profileId };
}

// Chosen by the app, so it must be long enough that nobody guesses another's.
const ANONYMOUS_ID = /^[\w-]{16,100}$/;

async function anonymous(account: Account, { request }: ClientCall): Promise<HttpReply | undefined> {
  if (account.config.allowAnonymous !== true) return undefined;
  const query = queryOf(request);
  const id = query.get('id') ?? '';
  if (!ANONYMOUS_ID.test(id)) throw wrong('id', '16 to 100 letters and digits that nobody can guess');
  const nonce = asText(query.get('nonce'), 'nonce', 500);
  return json(200, { token: await anonymousToken(account, id, nonce) });
}

const LONG = 500;

function deviceOf(fields: Fields): ClientDevice {
  const text = (name: string) => maybeText(fields[name], name, LONG * 4)?.slice(0, LONG) ?? '';
  return {
    id: text('deviceId'),
    platform: text('platform'),
    platformVersion: text('platformVersion'),
    sdkType: text('sdkType'),
    sdkVersion: text('sdkVersion'),
  };
}

const PUSH_FIELDS = {
  fcm: ['package', 'registrationId'],
  apns: ['bundleId', 'environment', 'token'],
} as const;

function pushOf(fields: Fields): PushRegistration {
  for (const service of ['fcm', 'apns'] as const) {
    if (fields[service] === undefined || fields[service] === null) continue;
    const given = asFields(fields[service], service);
    const kept = PUSH_FIELDS[service].map((name) => [name, asText(given[name], `${service}.${name}`, 4_096)]);
    return { [service]: Object.fromEntries(kept) };
  }
  throw new ClientRefusal(400, 'it must hold fcm or apns', 'push');
}

/** A session as the SDKs read it. */
function shownSession(session: ClientSession) {
  const { id, profileId, device, sourceAddress: sourceIp, createdOn, expiresOn } = session;
  const { id: deviceId, platform, platformVersion, sdkType, sdkVersion } = device;
  return {
    ...{ id, profileId, deviceId, platform, platformVersion, sdkType, sdkVersion, sourceIp },
    ...{
      isActive: true,
      state: 'SessionStarted',
      startedOn: createdOn,
      createdOn,
      expiresOn,
      provider: PROVIDER,
    },
  };
}
