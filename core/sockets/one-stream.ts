import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ClientSession, SiteSurface } from '../../plugins/contract/index';
import type { OpenSocket, SocketEnd, SocketNews, SocketOwner } from './hub';
import { BEGINNING, STILL_HERE, STREAM_HEADERS, written } from './sse';

/** What one reader may have waiting; whoever lets more pile up is cut off, and resumes. */
const MOST_BUFFERED_BYTES = 256 * 1024;

export interface OneStreamOptions {
  readonly owner: SocketOwner;
  readonly session: ClientSession;
  /** The account's surface as it is now. */
  readonly surface: () => SiteSurface | undefined;
  /** The number of the last event that the reader has; absent: from now on. */
  readonly after: number | undefined;
  /** Writes whatever comes after `stream.last`; asked once at a time. */
  readonly readOn: (stream: OneStream) => Promise<void>;
  /** Called once, when it is over for whatever reason. */
  readonly onEnd: (stream: OneStream) => void;
}

/**
 * One open stream of server-sent events. It is told from when it is made, and writes nothing before it has begun.
 * Numbered events leave it once each, in order and without gaps: what it was not told, it reads.
 */
export class OneStream implements OpenSocket {
  readonly id = randomUUID();
  readonly owner: SocketOwner;
  readonly isStream = true;
  readonly session: ClientSession;
  /** The number of the newest event that was written. */
  last = 0;
  /** What it was told before it has begun, and has no number. */
  private waiting: Buffer[] | undefined = [];
  private readonly response: ServerResponse;
  private readonly options: OneStreamOptions;
  private isReading = false;
  private isBehind = false;

  constructor(response: ServerResponse, options: OneStreamOptions) {
    this.response = response;
    this.options = options;
    this.owner = options.owner;
    this.session = options.session;
    // A reader that went is no fault of ours.
    response.on('error', () => response.destroy());
    response.once('close', () => options.onEnd(this));
  }

  get surface(): SiteSurface | undefined {
    return this.options.surface();
  }

  get isOpen(): boolean {
    return !this.response.destroyed && !this.response.writableEnded;
  }

  /** Writes how things are, `latest` being the number of the newest event then, and goes on from where the reader is. */
  begin(hello: Buffer, latest: number): void {
    if (!this.isOpen || !this.waiting) return;
    const frames = [BEGINNING, hello, ...this.waiting];
    this.waiting = undefined;
    // A number that is not there yet is one of another conversation.
    this.last = Math.min(this.options.after ?? latest, latest);
    this.response.writeHead(200, STREAM_HEADERS);
    this.write(Buffer.concat(frames));
    if (this.isBehind || latest > this.last) this.readOn();
  }

  send(frame: Buffer, news: SocketNews): void {
    // Nobody needs to be told what they do themselves.
    if (news.type === 'typing' && news.profileId === this.owner.profileId) return;
    const isNumbered = news.type === 'message' || news.type === 'status';
    if (this.waiting) this.wait(frame, isNumbered);
    else if (!isNumbered) this.write(frame);
    else if (this.isReading || news.number > this.last + 1) this.readOn();
    else if (news.number === this.last + 1) this.writeNumbered(frame, news.number);
  }

  /** Reads what it has not got; whatever it is told meanwhile is read then. */
  readOn(): void {
    this.isBehind = true;
    if (this.isReading) return;
    this.isReading = true;
    void this.readWhileBehind();
  }

  /** Says whether there is room for more. */
  writeNumbered(frame: Buffer, number: number): boolean {
    this.last = number;
    return this.write(frame);
  }

  write(frame: Buffer): boolean {
    if (!this.isOpen) return false;
    if (this.response.writableLength <= MOST_BUFFERED_BYTES) return this.response.write(frame);
    this.response.destroy();
    return false;
  }

  /** Resolves when there is room again, or the reader is gone. */
  hasRoom(): Promise<void> {
    if (!this.isOpen || !this.response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const go = () => {
        this.response.off('drain', go).off('close', go);
        resolve();
      };
      this.response.on('drain', go).on('close', go);
    });
  }

  end(why: SocketEnd): void {
    if (this.waiting) this.terminate();
    // Whoever is turned away for the moment comes back; a session that is over does not.
    if (why !== 'stopping' && why !== 'tooMany' && this.surface)
      this.write(written(this.surface.stream.ended(why)));
    if (this.isOpen) this.response.end();
  }

  terminate(): void {
    this.response.destroy();
  }

  /** A word from time to time, so that both ends and whoever is between them know that it lives; the last one, where the settings let its reader in no more. */
  beat(): void {
    if (this.waiting) return;
    if (this.surface?.admits(this.session)) this.write(STILL_HERE);
    else this.end('session');
  }

  private wait(frame: Buffer, isNumbered: boolean): void {
    if (isNumbered) this.isBehind = true;
    else this.waiting?.push(frame);
  }

  private async readWhileBehind(): Promise<void> {
    try {
      while (this.isBehind && this.isOpen) {
        this.isBehind = false;
        await this.options.readOn(this);
      }
      this.isReading = false;
    } catch {
      // What cannot be read now is read when the reader is back; the log says why.
      this.terminate();
    }
  }
}
