import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ChannelError, type Host } from '../../plugins/contract/index';
import type { EmailConfig, OAuthConfig } from './config';

/** How to log in at one server. */
export type Login =
  | { readonly user: string; readonly password: string }
  /** `isFresh`: fetched for this very login, so that no other one will fare better. */
  | { readonly user: string; readonly accessToken: string; readonly isFresh: boolean };

export type ServerName = 'imap' | 'smtp';

/** Gives what the servers of a mailbox are logged in with. */
export interface Credentials {
  login(server: ServerName, signal: AbortSignal): Promise<Login>;
  /** A server refused what it was logged in with: tells whether the next login has something else to offer. */
  refused(login: Login): boolean;
  /** The setting that is wrong where a server goes on refusing. */
  settingOf(server: ServerName): string;
}

const AHEAD_MS = 5 * 60_000;
const TIMEOUT_MS = 10_000;
const STORED = 'oauth refresh token';

export function credentialsOf(config: EmailConfig, host: Host): Credentials {
  let token: { readonly value: string; readonly until: number } | undefined;
  let fetching: Promise<{ readonly accessToken: string; readonly isFresh: boolean }> | undefined;
  const accessToken = (oauth: OAuthConfig, setting: string, signal: AbortSignal) => {
    if (token && token.until - AHEAD_MS > host.now().getTime())
      return Promise.resolve({ accessToken: token.value, isFresh: false });
    fetching ??= refresh(oauth, { host, setting, signal })
      .then((fetched) => {
        token = fetched;
        return { accessToken: fetched.value, isFresh: true };
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  const ownerOf = (server: ServerName): ServerName =>
    server === 'smtp' && (config.smtp.password ?? config.smtp.oauth) ? 'smtp' : 'imap';
  return {
    async login(server, signal) {
      const owner = ownerOf(server);
      const own = config[owner];
      const user = config[server].user ?? config.imap.user ?? config.address;
      if (own.password !== undefined) return { user, password: own.password };
      if (!own.oauth)
        throw new ChannelError('unauthorized', 'there is neither a password nor OAuth', {
          setting: `${server}.password`,
        });
      return { user, ...(await accessToken(own.oauth, `${owner}.oauth.refreshToken`, signal)) };
    },
    refused(login) {
      if (!('accessToken' in login)) return false;
      token = undefined;
      return !login.isFresh;
    },
    settingOf(server) {
      const owner = ownerOf(server);
      return config[owner].oauth ? `${owner}.oauth.refreshToken` : `${owner}.password`;
    },
  };
}

interface Refreshing {
  readonly host: Host;
  readonly setting: string;
  readonly signal: AbortSignal;
}

// RFC 6749 6
async function refresh(oauth: OAuthConfig, { host, setting, signal }: Refreshing) {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: oauth.clientId,
    refresh_token: (await storedToken(oauth, host)) ?? oauth.refreshToken,
    ...(oauth.clientSecret === undefined ? {} : { client_secret: oauth.clientSecret }),
    ...(oauth.scope === undefined ? {} : { scope: oauth.scope }),
  });
  await host.addressOf(new URL(oauth.tokenUrl).hostname);
  const answer = await ask(oauth.tokenUrl, form, signal);
  if (answer.status >= 500 || answer.status === 429)
    throw new ChannelError('unavailable', 'the token server is busy');
  const { access_token: value, expires_in: seconds, refresh_token: next } = answer.body;
  if (typeof value !== 'string' || answer.status >= 400)
    throw new ChannelError('unauthorized', 'the token server refused the refresh token', { setting });
  if (typeof next === 'string' && next !== oauth.refreshToken)
    await host.store.set(STORED, seal(oauth, next));
  const lasts = typeof seconds === 'number' ? seconds * 1_000 : 3_600_000;
  return { value, until: host.now().getTime() + lasts };
}

async function ask(url: string, form: URLSearchParams, signal: AbortSignal) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: form,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const body: unknown = await response.json().catch(() => ({}));
    return { status: response.status, body: Object(body) as Record<string, unknown> };
  } catch {
    // What fetch throws may hold the request.
    throw new ChannelError('unavailable', 'the token server cannot be reached');
  }
}

// Microsoft gives a new refresh token each time. It is sealed under the one that was configured, so that it opens only
// for whoever has that, and is forgotten when another one is configured.
function seal(oauth: OAuthConfig, token: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(oauth), iv);
  const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return [iv, body, cipher.getAuthTag()].map((part) => part.toString('base64url')).join('.');
}

async function storedToken(oauth: OAuthConfig, host: Host): Promise<string | undefined> {
  const sealed = await host.store.get(STORED);
  const [iv, body, tag] = (sealed ?? '').split('.').map((part) => Buffer.from(part, 'base64url'));
  if (!iv || !body || !tag) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(oauth), iv).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // of another configured token
  }
}

function keyOf(oauth: OAuthConfig): Buffer {
  return createHash('sha256').update(`${oauth.clientId}\0${oauth.refreshToken}`).digest();
}

/** Logs in at a server, and once more with a new token where the old one was taken back before its time. */
export async function loggedIn<T>(
  { credentials, server, signal }: LoggingIn,
  open: (login: Login) => Promise<T>,
): Promise<T> {
  const login = await credentials.login(server, signal);
  try {
    return await open(login);
  } catch (error) {
    if (!ChannelError.is(error) || error.kind !== 'unauthorized') throw error;
    if (credentials.refused(login)) return open(await credentials.login(server, signal));
    if (error.detail.setting !== `${server}.password`) throw error;
    const setting = credentials.settingOf(server);
    throw new ChannelError(error.kind, error.message, { ...error.detail, setting });
  }
}

export interface LoggingIn {
  readonly credentials: Credentials;
  readonly server: ServerName;
  readonly signal: AbortSignal;
}
