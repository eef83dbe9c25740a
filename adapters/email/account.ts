import type { Host } from '../../plugins/contract/index';
import type { EmailConfig } from './config';
import type { Credentials } from './credentials';
import type { OwnAddresses } from './own-addresses';
import type { SmtpPool } from './smtp-pool';

/** One configured mailbox: what every part of the adapter works with. */
export interface Account {
  readonly config: EmailConfig;
  readonly host: Host;
  readonly own: OwnAddresses;
  readonly credentials: Credentials;
  readonly smtp: SmtpPool;
  /** Aborted when the channel is closed. */
  readonly closed: AbortSignal;
}
