import { ChannelError } from '../../plugins/contract/index';
import type { Message } from '../model/message';
import { lastBefore } from '../store/past';
import type { Tx } from '../store/tx';

/** Machines never talk to each other (RFC 3834 2): what a rule sends is refused when a machine wrote last. */
export async function mustNotLoop(tx: Tx, message: Message): Promise<void> {
  if (!message.isAutomatedSend) return;
  const last = await lastBefore(tx, message, 'inbound');
  if (last?.isAutomatedSend)
    throw new ChannelError('rejected', 'an automatic answer to an automatic message', { reason: 'filtered' });
}
