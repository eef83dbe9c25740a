import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  type Channel,
  type ChannelDefinition,
  ChannelError,
  type OutboundMessage,
  type RawRequest,
  type SendContext,
  type Webhook,
} from '../contract/index';
import type { ProviderDriver, Sample, WebhookDriver } from './driver';
import type { FakeHost, FakeHostOptions } from './fake-host';

/** The optional members of a channel. */
export const SURFACES = [
  'webhook',
  'client',
  'site',
  'answerOf',
  'listen',
  'findSent',
  'listSince',
  'typing',
  'markRead',
  'openMedia',
] as const;
export type Surface = (typeof SURFACES)[number];

/** What every section of the kit works with; each test has its own provider, host and channel. */
export interface Kit {
  readonly definition: ChannelDefinition<object>;
  readonly supports: ReadonlySet<Surface>;
  readonly driver: ProviderDriver;
  readonly host: FakeHost;
  readonly channel: Channel;
  /** One check; `help` is the sentence that a failure begins with, and says the way out. */
  check(name: string, help: string, body: () => Promise<void> | void): void;
  /** Another channel of the same kind; closed after the test. */
  open(config: object, host?: FakeHostOptions): Channel;
  /** Runs after the test, also when it failed. */
  afterwards(cleanUp: () => void): void;
}

export function text(kit: Kit, body: string, more: Partial<OutboundMessage> = {}): OutboundMessage {
  return { to: kit.driver.customer, text: body, media: [], choices: [], automatic: false, ...more };
}

let keys = 0;

/** How a message is handed over: with a key of its own and two seconds. */
export function sending(more: Partial<SendContext> = {}): SendContext {
  keys += 1;
  return { idempotencyKey: `msg_${keys}.0`, attempt: 1, signal: AbortSignal.timeout(2_000), ...more };
}

/** Time enough for a call that is not about time. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(5_000);
}

/** The ChannelError that something ends with; anything else fails the check. */
export async function failure(run: () => unknown): Promise<ChannelError> {
  try {
    await run();
  } catch (error) {
    assert.ok(ChannelError.is(error), `threw ${inspect(error, { depth: 1 })} instead of a ChannelError`);
    return error;
  }
  return assert.fail('did not fail');
}

export function webhookOf(kit: Kit): { readonly webhook: Webhook; readonly driver: WebhookDriver } {
  const { channel, driver } = kit;
  assert.ok(channel.webhook && driver.webhook, 'the driver needs its `webhook` part');
  return { webhook: channel.webhook, driver: driver.webhook };
}

/** The one request of a sample that is delivered in one. */
export function delivery(kit: Kit, sample: Sample): RawRequest {
  const [request] = webhookOf(kit).driver.deliver(sample);
  assert.ok(request, `the driver delivers nothing for ${sample.is}`);
  return request;
}

/** A copy that an adapter cannot change without being noticed. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
