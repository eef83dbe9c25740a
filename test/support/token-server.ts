import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of OAuth tokens (RFC 6749 6), which other servers ask whether they are good (RFC 7662). */
export interface TokenServer {
  readonly tokenUrl: string;
  /** What Dovecot asks; the token follows. */
  readonly introspectionUrl: string;
  /** The access tokens that were given, the newest last. */
  readonly given: readonly string[];
  /** The refresh token that is good now; each is used once. */
  readonly refreshToken: () => string;
  isGood(accessToken: string): boolean;
  /** No token that was given so far is good any more. */
  revokeAccess(): void;
  /** Neither is the consent of the mailbox's owner. */
  revokeConsent(): void;
  stop(): Promise<void>;
}

export interface TokenServerOptions {
  readonly user: string;
  readonly lastsSeconds: number;
}

export async function startTokenServer({ user, lastsSeconds }: TokenServerOptions): Promise<TokenServer> {
  const given: string[] = [];
  const good = new Set<string>();
  let refreshes = 0;
  let hasConsent = true;
  const refreshToken = () => `refresh-${refreshes}`;
  const refresh = (form: URLSearchParams) => {
    const isOurs = form.get('grant_type') === 'refresh_token' && form.get('client_id') === 'app';
    const isKnown =
      form.get('client_secret') === 'app-secret' && form.get('refresh_token') === refreshToken();
    if (!isOurs || !isKnown || !hasConsent) return { status: 400, body: { error: 'invalid_grant' } };
    refreshes += 1;
    const access_token = `access-${refreshes}`;
    given.push(access_token);
    good.add(access_token);
    return { status: 200, body: { access_token, expires_in: lastsSeconds, refresh_token: refreshToken() } };
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const answer = async () => {
      if (pathname === '/token') return refresh(new URLSearchParams(await bodyOf(request)));
      const active = good.has(searchParams.get('token') ?? '');
      return { status: 200, body: active ? { active: 'true', email: user } : { active: 'false' } };
    };
    answer()
      .then(({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      )
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    tokenUrl: `${origin}/token`,
    introspectionUrl: `${origin}/introspect?token=`,
    ...{ given, refreshToken, isGood: (token) => good.has(token), revokeAccess: () => good.clear() },
    revokeConsent() {
      good.clear();
      hasConsent = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
