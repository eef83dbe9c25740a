import { ChannelError } from '../../plugins/contract/index';
import { isLive, type Registry } from '../channels/registry';
import type { Log } from '../log';
import { type Blobs, BlobTooLarge } from '../media/blobs';
import { sniffedType } from '../media/file-type';
import { backoffMs } from '../model/after-failure';
import type { Instant } from '../model/instant';
import { claimMedia, type Media, updateMedia } from '../store/media';
import type { Store } from '../store/store';

export interface FetchMediaOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly blobs: Blobs;
  readonly log: Log;
  readonly now: () => Instant;
}

const EVERY_MS = 2_000;
const AT_ONCE = 4;
const TIMEOUT_MS = 60_000;
const MOST_BYTES = 100 * 1024 * 1024;
const GIVE_UP_AFTER = 12;

/** Copies the files of inbound messages, since providers' links expire; after the commit, never holding up a delivery. */
export class MediaFetcher {
  private readonly options: FetchMediaOptions;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private isAsked = false;

  constructor(options: FetchMediaOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), EVERY_MS).unref();
  }

  /** Something may be waiting. */
  wake(): void {
    this.isAsked = true;
    this.round ??= this.run().finally(() => {
      this.round = undefined;
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.round;
  }

  private async run(): Promise<void> {
    const { store, now, log } = this.options;
    while (this.isAsked && !this.stopping.signal.aborted) {
      this.isAsked = false;
      try {
        const claim = { now: now(), leaseMs: TIMEOUT_MS * 2, limit: AT_ONCE };
        const due = await store.transaction((tx) => claimMedia(tx, claim));
        await Promise.all(due.map((media) => this.fetch(media)));
        if (due.length === AT_ONCE) this.isAsked = true;
      } catch (error) {
        log.warn({ error }, 'media round failed');
      }
    }
  }

  private async fetch(media: Media): Promise<void> {
    const { store, blobs, log } = this.options;
    try {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const { body } = await this.open(media, signal);
      const { bytes, head } = await blobs.write(media.id, body, MOST_BYTES);
      const mimeType = await sniffedType(head, media.mimeType);
      const stored: Media = { ...media, state: 'stored', bytes, mimeType };
      if (!(await store.transaction((tx) => updateMedia(tx, stored)))) await blobs.remove(media.id);
    } catch (error) {
      const after = this.afterFailure(media, error);
      log.warn(
        { error, mediaId: media.id, attempts: media.attempts, state: after.state },
        'media not fetched',
      );
      await store.transaction((tx) => updateMedia(tx, after));
    }
  }

  private async open(media: Media, signal: AbortSignal) {
    const runtime = media.accountId === undefined ? undefined : this.options.registry.get(media.accountId);
    if (!isLive(runtime) || !runtime.channel.openMedia || media.ref === undefined)
      throw new ChannelError('unavailable', 'the account that it came by is not there');
    return runtime.channel.openMedia(media.ref, signal);
  }

  private afterFailure(media: Media, error: unknown): Media {
    const isFinal = error instanceof BlobTooLarge || (ChannelError.is(error) && error.kind === 'rejected');
    const problem = error instanceof Error ? error.message : 'unknown';
    if (isFinal || media.attempts >= GIVE_UP_AFTER) return { ...media, state: 'failed', problem };
    return { ...media, problem, notBefore: this.options.now() + backoffMs(media.attempts) };
  }
}
