import type { Channel, ChannelDefinition, Host } from '../../plugins/contract/index';
import type { Account } from './account';
import { normalizeAddress } from './address';
import { check } from './check';
import { configSchema, type EmailConfig, identities } from './config';
import { credentialsOf } from './credentials';
import { guide } from './guide';
import { listen } from './listen';
import { ownAddresses } from './own-addresses';
import { send } from './send';
import { findSent } from './sent-folder';
import { smtpPool } from './smtp-pool';

const FILES = ['image', 'application', 'audio', 'chemical', 'font', 'message', 'model', 'text', 'video'].map(
  (kind) => `${kind}/*`,
);

/** Any mailbox that speaks IMAP, answered by SMTP. */
export const email: ChannelDefinition<EmailConfig> = {
  contract: '^0.1',
  id: 'imap',
  channel: 'email',
  title: 'Email (IMAP and SMTP)',
  capabilities: {
    text: { maxLength: 500_000, html: true, subject: true },
    media: { mimeTypes: FILES, maxBytes: 20_000_000, perMessage: 20 },
    states: ['accepted', 'delivered', 'read', 'failed'],
    canStart: true,
    // Most receivers make one of two mails with one Message-ID, and some do not.
    idempotentSend: false,
    lookup: { settlesAfterMs: 10 * 60_000 },
    sendConcurrency: 3,
  },
  configSchema,
  guide,
  identities,
  normalizeAddress,
  create,
};

export default email;

function create(config: Readonly<EmailConfig>, host: Host): Channel {
  const closing = new AbortController();
  const credentials = credentialsOf(config, host);
  const smtp = smtpPool({ config, host, credentials });
  const own = ownAddresses(config, host);
  const account: Account = { config, host, own, credentials, smtp, closed: closing.signal };
  return {
    check: (signal) => check(account, signal),
    send: (message, context) => send(account, message, context),
    listen: (inbox, signal) => listen(account, inbox, signal),
    // Without a Sent folder there is nothing to look at.
    ...(config.imap.sentFolder === undefined
      ? {}
      : { findSent: (query, signal) => findSent(account, query, signal) }),
    close() {
      closing.abort();
      smtp.close();
      return Promise.resolve();
    },
  };
}
