import { ComapiConfig, Foundation, LogLevels } from '@comapi/sdk-js-foundation';
import { SignJWT } from 'jose';
import { until } from '../../support/until';
import { installBrowserGlobals } from './browser-globals';
import { SETTINGS } from './settings';

installBrowserGlobals();

export interface SignOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly secret?: string;
  readonly expiresOn?: Date;
}

/** What the server of the business signs for one of its users. */
export function signed(profileId: string, nonce: string, options: SignOptions = {}): Promise<string> {
  const { issuer = SETTINGS.issuer, audience = SETTINGS.audience, secret = SETTINGS.sharedSecret } = options;
  return new SignJWT({ sub: profileId, nonce, ...options.claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(options.expiresOn ?? new Date(Date.now() + 60_000))
    .sign(new TextEncoder().encode(secret));
}

export interface Where {
  /** The origin of a node. */
  readonly origin: string;
  readonly spaceId: string;
}

/** One installation of an app that uses the published SDK, unmodified. */
export interface Device {
  readonly sdk: Foundation;
  readonly profileId: string;
  /** What it was told, by the SDK's names of events, oldest first. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an event by asserting on it
  heard(name: string): any[];
  /** Opens the socket, and resolves when it is open. */
  listen(): Promise<void>;
  /** Ends its session; its socket goes with it. */
  leave(): Promise<void>;
}

const EVENTS = [
  ...['conversationDeleted', 'conversationUndeleted', 'conversationUpdated'],
  ...['participantAdded', 'participantRemoved', 'participantTyping', 'participantTypingOff'],
  ...['conversationMessageEvent', 'profileUpdated', 'WebsocketOpened', 'WebsocketClosed'],
];

let installed = 0;

export interface InstallOptions {
  /** Answers the challenge instead of the business's server. */
  readonly answer?: (nonce: string) => Promise<string>;
  readonly configure?: (config: ComapiConfig) => ComapiConfig;
}

/** Installs the app for somebody; it logs in when it first needs to. */
export async function installApp(
  where: Where,
  profileId: string,
  options: InstallOptions = {},
): Promise<Device> {
  installed += 1;
  const { answer = (nonce) => signed(profileId, nonce), configure = (config) => config } = options;
  const config = new ComapiConfig()
    .withApiSpace(where.spaceId)
    .withUrlBase(where.origin)
    .withWebSocketBase(where.origin.replace(/^http/, 'ws'))
    .withLogLevel(LogLevels.None)
    .withLocalStoragePrefix(`device-${installed}.`)
    .withAuthChallenge(({ nonce }, done) => {
      answer(nonce).then(
        (token) => done(token),
        () => done(undefined),
      );
    });
  const sdk = await Foundation.initialise(configure(config));
  const told = new Map<string, unknown[]>(EVENTS.map((name) => [name, []]));
  for (const [name, list] of told) sdk.on(name, (event: unknown) => void list.push(event));
  const heard = (name: string) => {
    const list = told.get(name);
    if (!list) throw new Error(`the SDK has no event ${name}`);
    return list;
  };
  return {
    ...{ sdk, profileId, heard },
    async listen() {
      const before = heard('WebsocketOpened').length;
      // Else the SDK opens two sessions at once, and which of them the socket is of is chance.
      await sdk.startSession();
      void sdk.services.appMessaging; // touching it is what turns the socket on
      await until(() => heard('WebsocketOpened').length > before || before > 0);
    },
    async leave() {
      // Else it would go on trying to open its socket.
      await networkOf(sdk).setWebsocketEnabled(false);
      if (sdk.session) await sdk.endSession();
    },
  };
}

/** What the SDK keeps to itself: its token, and the switch of its socket. */
export function networkOf(sdk: Foundation) {
  const { _networkManager: network } = sdk as unknown as {
    _networkManager: {
      readonly _sessionManager: { readonly sessionInfo: { readonly token: string } };
      setWebsocketEnabled(isOn: boolean): Promise<boolean>;
    };
  };
  return network;
}
