import { SignJWT } from 'jose';
import { SETTINGS } from '../../journeys/app-messaging/settings';
import type { Api } from '../../support/api';
import { type SpawnedGateway, spawnGateway } from '../../support/spawn-gateway';
import { aSpace } from '../../support/start-gateway';
import type { Bench } from '../bench';
import { GARBAGE_OPTIONS } from '../garbage';
import { profilerSettings } from '../profiler';
import { AGENT } from '../world';

/** A gateway in its own process with an App Messaging account. */
export interface AppWorld {
  readonly gateway: SpawnedGateway;
  readonly pid: number;
  readonly api: Api;
  /** Logs somebody in; gives the token of their session. */
  login(profileId: string): Promise<string>;
}

export async function startAppWorld(bench: Bench): Promise<AppWorld> {
  const { gateway, api } = await startBusiness(bench);
  await must(api, '/channels', { kind: 'appMessaging', name: 'App', teamId: 'sales', settings: SETTINGS });
  const anyone = api.as('');
  return {
    ...{ gateway, pid: gateway.process.pid ?? 0, api },
    async login(profileId) {
      const { body: challenge } = await anyone.get('/sessions/start');
      const { token } = await must(anyone, '/sessions', {
        authenticationId: challenge.authenticationId,
        authenticationToken: await signed(profileId, challenge.nonce),
        ...{
          deviceId: profileId,
          platform: 'bench',
          platformVersion: '1',
          sdkType: 'native',
          sdkVersion: '1',
        },
      });
      return token;
    },
  };
}

/** A gateway in its own process with a team, and garbage collected when it is told to. */
export async function startBusiness(bench: Bench) {
  const database = await bench.openDatabase();
  const { NODE_OPTIONS = '', ...profiler } = profilerSettings(bench.options.profileDir);
  const settings = {
    ...profiler,
    NODE_OPTIONS: `${GARBAGE_OPTIONS} ${NODE_OPTIONS}`,
  };
  const gateway = await spawnGateway({ database, settings });
  bench.belongings.keep(() => gateway.kill('SIGTERM'));
  const api = await aSpace(gateway);
  await must(api, '/chat/config/agents', { id: AGENT, name: 'Ann', email: 'ann@shop.example' });
  await must(api, '/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: AGENT }] });
  return { gateway, api };
}

function signed(profileId: string, nonce: string): Promise<string> {
  return new SignJWT({ sub: profileId, nonce })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(SETTINGS.issuer)
    .setAudience(SETTINGS.audience)
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(SETTINGS.sharedSecret));
}

// biome-ignore lint/suspicious/noExplicitAny: the caller knows what it asked for
type Body = any;

export async function must(
  api: Api,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Body> {
  const answer = await api.post(path, body, { headers });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
