import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { OpenSocket, SocketEnd, SocketOwner } from './hub';

/** What one reader may have waiting; whoever lets more pile up is cut off and reads the history instead. */
const MOST_BUFFERED_BYTES = 512 * 1024;
/** What an app may say within a window; the published SDKs say one thing a minute. */
const MOST_FRAMES = 60;
const WINDOW_MS = 10_000;
/** Rounds of pings without a word. */
const MOST_SILENT_ROUNDS = 2;

/** Close codes of RFC 6455 7.4.1 that we use. */
const CLOSE = { goingAway: 1001, notText: 1003, notJson: 1007, refused: 1008 } as const;

const ENDS: Readonly<Record<SocketEnd, readonly [code: number, reason: string]>> = {
  expired: [CLOSE.refused, 'the session expired'],
  session: [CLOSE.refused, 'the session ended'],
  identity: [CLOSE.refused, 'somebody else came in on this device'],
  tooMany: [CLOSE.refused, 'too many sockets of one session'],
  stopping: [CLOSE.goingAway, 'the gateway stops'],
};

export interface OneSocketOptions {
  readonly owner: SocketOwner;
  readonly now: () => number;
  /** Whether an app may say this. */
  readonly understands: (frame: unknown) => boolean;
  /** Called once, when it is over for whatever reason. */
  readonly onEnd: (socket: OneSocket) => void;
}

/** One open socket. Nobody waits for it, and it keeps no more than a bounded buffer. */
export class OneSocket implements OpenSocket {
  readonly id = randomUUID();
  readonly owner: SocketOwner;
  readonly isStream = false;
  private readonly ws: WebSocket;
  private readonly options: OneSocketOptions;
  private silentRounds = 0;
  private frames = 0;
  private windowSince = 0;

  constructor(ws: WebSocket, options: OneSocketOptions) {
    this.ws = ws;
    this.options = options;
    this.owner = options.owner;
    ws.on('message', (data, isBinary) => this.hear(data, isBinary));
    ws.on('ping', () => this.noteWord());
    ws.on('pong', () => this.noteWord());
    // What a stranger does wrong is not for our log: a frame that is too long, say, ends with 1009.
    ws.on('error', () => ws.terminate());
    ws.once('close', () => options.onEnd(this));
  }

  send(frame: Buffer): void {
    if (this.ws.readyState !== this.ws.OPEN) return;
    if (this.ws.bufferedAmount > MOST_BUFFERED_BYTES) {
      this.ws.terminate();
      return;
    }
    this.ws.send(frame, { binary: false });
  }

  end(why: SocketEnd): void {
    this.close(...ENDS[why]);
  }

  terminate(): void {
    this.ws.terminate();
  }

  /** Who said nothing since the last pings is gone. */
  ping(): void {
    this.silentRounds += 1;
    if (this.silentRounds > MOST_SILENT_ROUNDS) this.ws.terminate();
    else if (this.ws.readyState === this.ws.OPEN) this.ws.ping();
  }

  private close(code: number, reason: string): void {
    this.ws.close(code, reason);
  }

  private noteWord(): void {
    this.silentRounds = 0;
  }

  private hear(data: unknown, isBinary: boolean): void {
    this.noteWord();
    const frame = isBinary ? undefined : parsed(String(data));
    if (isBinary) this.close(CLOSE.notText, 'send JSON as text');
    else if (this.isFlooding()) this.close(CLOSE.refused, 'too many frames');
    else if (frame === undefined) this.close(CLOSE.notJson, 'this is not JSON');
    else if (!this.options.understands(frame)) this.close(CLOSE.refused, 'no app may send this');
  }

  private isFlooding(): boolean {
    const now = this.options.now();
    if (now - this.windowSince > WINDOW_MS) {
      this.windowSince = now;
      this.frames = 0;
    }
    this.frames += 1;
    return this.frames > MOST_FRAMES;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
