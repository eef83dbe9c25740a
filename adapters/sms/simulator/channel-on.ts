import type { Channel, Host, OutboundMessage, SendContext } from '../../../plugins/contract/index';
import { fakeHost } from '../../../plugins/testing/fake-host';
import type { TwilioConfig } from '../config';
import { twilio } from '../index';
import type { TwilioSimulator } from '../simulator';

export const CUSTOMER = '+447911123456';

/** A channel on a simulated Twilio, for tests of the adapter; all of its optional parts are there. */
export function channelOn(
  simulator: Pick<TwilioSimulator, 'apiUrl' | 'config'>,
  more: { readonly config?: TwilioConfig; readonly host?: Partial<Host> } = {},
): Channel & Required<Pick<Channel, 'findSent' | 'listSince' | 'openMedia' | 'webhook'>> {
  const host = { ...fakeHost({ apiUrl: simulator.apiUrl }), ...more.host };
  const channel = twilio.create(more.config ?? simulator.config, host);
  const { findSent, listSince, openMedia, webhook } = channel;
  if (!findSent || !listSince || !openMedia || !webhook) throw new Error('the channel lacks a part');
  return { ...channel, findSent, listSince, openMedia, webhook };
}

export function outbound(more: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    to: { own: '+441632960001', party: CUSTOMER },
    text: 'hi',
    media: [],
    choices: [],
    automatic: false,
    ...more,
  };
}

export function sending(more: Partial<SendContext> = {}): SendContext {
  return { idempotencyKey: 'msg_1.0', attempt: 1, signal: AbortSignal.timeout(5_000), ...more };
}

export function soon(): AbortSignal {
  return AbortSignal.timeout(5_000);
}

/** All of a stream's bytes. */
export async function read(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
