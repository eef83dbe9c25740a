import { request } from 'node:http';
import { answerIn } from './crowd';
import { inTurns, pause } from './in-turns';
import { say, type Visitor, type WebWorld } from './web-world';

/** Told of every message that a stream heard: its text, and its number in the conversation. */
export type HearVisitor = (visitor: Visitor, text: string, number: number) => void;

/** Visitors of a site; each has a conversation and a chat of their own. */
export class WebCrowd {
  readonly users: Visitor[] = [];
  private readonly world: WebWorld;
  hear: HearVisitor = () => {};

  constructor(world: WebWorld) {
    this.world = world;
  }

  get pid(): number {
    return this.world.pid;
  }

  say(visitor: Visitor, text: string): Promise<unknown> {
    return say(visitor, text);
  }

  answer({ chatId }: Visitor, text: string): Promise<unknown> {
    return answerIn(this.world.api, chatId, text);
  }

  /** Lets people in until there are so many; their streams stay closed. */
  async grow(count: number): Promise<void> {
    const fresh = Array.from({ length: count - this.users.length }, (_, index) => this.users.length + index);
    await inTurns(fresh, async (index) => {
      this.users[index] = await this.world.comeIn(index);
    });
  }

  /** Opens the streams that are closed, spread over a time; gives how long the slowest took to open. */
  async open(withinMs: number): Promise<number> {
    const closed = this.users.filter((visitor) => visitor.hangUp === undefined);
    const took = await Promise.all(
      closed.map(async (visitor, index) => {
        await pause((index / closed.length) * withinMs);
        const began = performance.now();
        await this.connect(visitor);
        return performance.now() - began;
      }),
    );
    return took.reduce((most, ms) => Math.max(most, ms), 0);
  }

  /** Cuts every stream off, as when a network goes away. */
  drop(): void {
    for (const visitor of this.users) {
      visitor.hangUp?.();
      visitor.hangUp = undefined;
    }
  }

  private connect(visitor: Visitor): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${visitor.token}`, 'last-event-id': String(visitor.last) };
      const calling = request(`${visitor.base}/stream`, {
        headers: { ...headers, ...visitor.from },
        agent: false,
      });
      visitor.hangUp = () => calling.destroy();
      calling.on('error', reject);
      calling.once('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`no stream: ${response.statusCode}`));
        let text = '';
        response.setEncoding('utf8');
        // Whoever is cut off hears nothing of it here.
        response.on('error', () => undefined);
        response.on('data', (chunk: string) => {
          const blocks = (text + chunk).split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) this.read(visitor, block, resolve);
        });
      });
      calling.end();
    });
  }

  private read(visitor: Visitor, block: string, onHello: () => void): void {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    if (fields['id'] !== undefined) visitor.last = Number(fields['id']);
    if (fields['event'] === 'hello') onHello();
    else if (fields['event'] === 'message')
      this.hear(visitor, JSON.parse(fields['data'] ?? '').parts[0].data, visitor.last);
  }
}
