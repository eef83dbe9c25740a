import { connect, type Socket } from 'node:net';
import { sizeOfAnswer, statusOfAnswer } from './answer';

type Done = (status: number) => void;

/** The status of a request whose connection broke before its answer. */
export const BROKEN = 0;

const EMPTY = Buffer.alloc(0);

/** One keep-alive connection with at most one request under way. Far lighter than an HTTP client. */
export class Connection {
  private readonly socket: Socket;
  private waiting: Done | undefined;
  private held: Buffer = EMPTY;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', () => this.settle(BROKEN));
    socket.on('close', () => this.settle(BROKEN));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  send(request: Buffer, done: Done): void {
    this.waiting = done;
    if (this.socket.destroyed) this.settle(BROKEN);
    else this.socket.write(request);
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const size = sizeOfAnswer(bytes);
    if (size === undefined) {
      this.held = bytes;
      return;
    }
    this.held = EMPTY;
    this.settle(statusOfAnswer(bytes));
  }

  private settle(status: number): void {
    const done = this.waiting;
    this.waiting = undefined;
    done?.(status);
  }
}
