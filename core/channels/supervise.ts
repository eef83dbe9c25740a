import { type Channel, ChannelError, type Inbox } from '../../plugins/contract/index';

/** How a listener is doing. */
export type Listening = 'connecting' | 'connected' | 'waiting' | 'unauthorized' | 'stopped';

export interface SuperviseOptions {
  readonly channel: Channel;
  readonly inbox: (onReady: () => void) => Inbox;
  readonly signal: AbortSignal;
  /** From the number of failures since it last worked. */
  readonly backoffMs: (failures: number) => number;
  readonly onHealth: (listening: Listening, fault?: ListenerFault) => void;
}

/** What operators are told, with the setting at fault where it is known. */
export interface ListenerFault {
  readonly message: string;
  readonly setting?: string | undefined;
}

/** Keeps one listener running until aborted. Wrong credentials stop it; everything else is tried again. */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { channel, signal, backoffMs, onHealth } = options;
  let failures = 0;
  const inbox = options.inbox(() => {
    failures = 0;
    onHealth('connected');
  });
  while (!signal.aborted) {
    onHealth('connecting');
    const failure = await failureOf(() => channel.listen?.(inbox, signal));
    if (signal.aborted) break;
    if (ChannelError.is(failure) && failure.kind === 'unauthorized')
      return onHealth('unauthorized', { message: failure.message, setting: failure.detail.setting });
    if (failure === undefined) continue;
    onHealth('waiting', { message: failure.message });
    await pause(askedWait(failure) ?? backoffMs(failures), signal);
    failures += 1;
  }
  onHealth('stopped');
}

async function failureOf(run: () => Promise<void> | undefined): Promise<Error | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('the listener failed', { cause: error });
  }
}

function askedWait(error: unknown): number | undefined {
  return ChannelError.is(error) ? error.detail.retryAfterMs : undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    }
    signal.addEventListener('abort', end, { once: true });
  });
}
