import {
  ChannelError,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
} from '../../plugins/contract/index';
import type { Account } from './account';
import type { ComposeOptions } from './compose';
import { headersOf, recipientsOf } from './recipients';
import { fileSent } from './sent-folder';

/** Submits one mail, once. */
export async function send(
  account: Account,
  message: OutboundMessage,
  context: SendContext,
): Promise<SendReceipt> {
  mustNotLoop(message);
  const signal = AbortSignal.any([context.signal, account.closed]);
  if (signal.aborted) throw new ChannelError('unavailable', 'it was given up');
  const recipients = recipientsOf(account, message);
  const options: ComposeOptions = { account, message, key: context.idempotencyKey, recipients };
  const to = [...recipients.to, ...recipients.cc].map(({ address }) => address);
  const { messageId, refused } = await submit(account, { to, isAutomatic: message.automatic, signal }, () =>
    write(options),
  );
  const [customer] = to;
  if (customer !== undefined && refused.includes(customer))
    throw new ChannelError('unreachable', 'there is no such address', { reason: 'bad_address' });
  if (refused.length > 0)
    account.host.log.warn({ refused: refused.length }, 'a mail was refused for some of its readers');
  fileSent(account, () => write(options));
  return { externalIds: [messageId], state: 'accepted' };
}

type Write = () => ReturnType<typeof write>;

// Loaded with the first mail that is sent.
function write(options: ComposeOptions) {
  const { compose }: typeof import('./compose') = require('./compose');
  return compose(options);
}

// RFC 3834 2: whatever rules somebody has made, two machines never talk to each other.
function mustNotLoop({ automatic, answered }: OutboundMessage): void {
  if (automatic && answered && headersOf(answered).isAutomatic)
    throw new ChannelError('rejected', 'an automatic answer to automatic mail', { reason: 'filtered' });
}

interface Envelope {
  readonly to: readonly string[];
  readonly isAutomatic: boolean;
  readonly signal: AbortSignal;
}

async function submit(account: Account, { to, isAutomatic, signal }: Envelope, written: Write) {
  const once = async (from: string) => {
    const { messageId, body } = await written();
    return { messageId, ...(await account.smtp.submit({ from, to, body }, signal)) };
  };
  const { address } = account.config;
  if (!isAutomatic) return once(address);
  try {
    // RFC 3834 3.3: nobody can answer, or bounce, to an automatic answer.
    return await once('');
  } catch (error) {
    // Servers that take mail of known senders only say so before they have seen any of it.
    if (
      !ChannelError.is(error) ||
      error.detail.maybeSent ||
      error.kind === 'unavailable' ||
      error.kind === 'rate_limited'
    )
      throw error;
    return once(address);
  }
}
