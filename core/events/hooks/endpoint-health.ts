import { hasFailedTooLong, restMs } from '../../model/after-delivery';
import type { Instant } from '../../model/instant';
import type { Webhook } from '../../store/webhooks';
import type { HookHealth } from './outcomes';

const RESTS_AFTER_FAILURES = 5;
const SUCCESS_NOTED_EVERY_MS = 60_000;

/** How an endpoint does, as its lane sees it: after some failures in a row it rests, and is probed now and then. */
export class EndpointHealth {
  /** Nothing is sent before. */
  restsUntil: Instant = 0;
  private failures = 0;
  private lastFailureAt = 0;
  private failingSince: Instant | undefined;
  private successNotedOn = 0;

  constructor({ failingSince }: Pick<Webhook, 'failingSince'>) {
    this.failingSince = failingSince;
  }

  /** Whether one request at a time is enough. */
  get isProbed(): boolean {
    return this.failures >= RESTS_AFTER_FAILURES;
  }

  /** Whether it has failed for days. */
  hasFailedTooLong(now: Instant): boolean {
    return hasFailedTooLong(this.failingSince, now);
  }

  /** Somebody says that it is worth another try. */
  beginAnew({ failingSince }: Pick<Webhook, 'failingSince'>): void {
    this.pardon();
    this.failingSince = failingSince;
  }

  /** A request that began at `startedAt`, by the clock of the process, failed; gives what is to be written down. */
  failed(now: Instant, startedAt: number): { readonly failingSince: Instant } | undefined {
    // Requests that left together and failed together are one failure of the endpoint.
    if (startedAt >= this.lastFailureAt) {
      this.failures += 1;
      this.lastFailureAt = performance.now();
    }
    if (this.isProbed) this.restsUntil = now + restMs(this.failures);
    if (this.failingSince !== undefined) return undefined;
    this.failingSince = now;
    return { failingSince: now };
  }

  /** It answered; gives what is to be written down. */
  answered(now: Instant): HookHealth | undefined {
    const wasFailing = this.failingSince !== undefined;
    this.pardon();
    this.failingSince = undefined;
    if (!wasFailing && now - this.successNotedOn < SUCCESS_NOTED_EVERY_MS) return undefined;
    this.successNotedOn = now;
    return { failingSince: undefined, lastSuccessOn: now };
  }

  private pardon(): void {
    this.failures = 0;
    this.restsUntil = 0;
  }
}
