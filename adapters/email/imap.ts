import type { ImapFlow } from 'imapflow';
import { ChannelError } from '../../plugins/contract/index';
import type { Account } from './account';
import { type Login, loggedIn } from './credentials';
import { imapError } from './imap-errors';

const CONNECT_MS = 15_000;
// A quiet connection is asked for a sign of life after this; without one it is given up after as long again.
const QUIET_MS = 30_000;

/** A connection that is logged in. Whoever opens it closes it; it ends by itself with any of the signals. */
export async function openImap(account: Account, signal: AbortSignal): Promise<ImapFlow> {
  const signals = AbortSignal.any([signal, account.closed]);
  if (signals.aborted) throw new ChannelError('unavailable', 'it was given up');
  const { credentials } = account;
  return loggedIn({ credentials, server: 'imap', signal: signals }, (login) => open(account, login, signals));
}

async function open(account: Account, login: Login, signals: AbortSignal): Promise<ImapFlow> {
  const client = createClient(account, await addressOf(account), login);
  // Without somebody who listens, an error would end the process.
  client.on('error', () => undefined);
  const hangUp = () => client.close();
  signals.addEventListener('abort', hangUp, { once: true });
  client.once('close', () => signals.removeEventListener('abort', hangUp));
  try {
    await client.connect();
    if (signals.aborted) throw new ChannelError('unavailable', 'it was given up');
    return client;
  } catch (error) {
    client.close();
    throw imapError(error);
  }
}

async function addressOf({ config, host }: Account): Promise<string> {
  try {
    return await host.addressOf(config.imap.host);
  } catch (error) {
    throw ChannelError.is(error)
      ? new ChannelError(error.kind, error.message, { ...error.detail, setting: 'imap.host' })
      : error;
  }
}

function createClient({ config }: Account, address: string, login: Login): ImapFlow {
  // Loaded by the first mailbox: a gateway without one starts without it.
  const { ImapFlow: Client }: typeof import('imapflow') = require('imapflow');
  const { imap } = config;
  const port = imap.port ?? 993;
  const secure = imap.secure ?? port === 993;
  return new Client({
    ...{ host: address, port, secure, servername: imap.host, logger: false, disableAutoIdle: true },
    ...(secure || imap.allowPlain ? {} : { doSTARTTLS: true }),
    tls: { servername: imap.host, ...(imap.ca === undefined ? {} : { ca: imap.ca }) },
    auth:
      'password' in login
        ? { user: login.user, pass: login.password }
        : { user: login.user, accessToken: login.accessToken },
    clientInfo: { name: 'Parley' },
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: QUIET_MS },
  });
}
