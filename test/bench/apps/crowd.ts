import { WebSocket } from 'ws';
import type { Api } from '../../support/api';
import { AGENT } from '../world';
import { type AppWorld, must } from './app-world';
import { inTurns, pause } from './in-turns';

/** Somebody with the app open. */
export interface User {
  readonly id: string;
  readonly api: Api;
  readonly url: string;
  readonly chatId: string;
  socket: WebSocket | undefined;
}

/** Told of every message that a socket heard: its text, and its number in the conversation. */
export type Hear = (user: User, text: string, number: number) => void;

/** The agent answers in a chat. */
export function answerIn(api: Api, chatId: string, data: string): Promise<unknown> {
  const body = { from: { profileId: AGENT }, parts: [{ type: 'text/plain', data }] };
  return must(api, `/chats/${chatId}/messages`, body);
}

/** Users of an app; each has a conversation and a chat of their own. */
export class Crowd {
  readonly users: User[] = [];
  private readonly world: AppWorld;
  hear: Hear = () => {};

  constructor(world: AppWorld) {
    this.world = world;
  }

  get pid(): number {
    return this.world.pid;
  }

  say({ id, api }: User, data: string): Promise<unknown> {
    return must(api, `/conversations/${id}/messages`, { parts: [{ type: 'text/plain', data }] });
  }

  answer({ chatId }: User, text: string): Promise<unknown> {
    return answerIn(this.world.api, chatId, text);
  }

  /** Lets people in until there are so many; their sockets stay closed. */
  async grow(count: number): Promise<void> {
    const fresh = Array.from({ length: count - this.users.length }, (_, index) => this.users.length + index);
    await inTurns(fresh, async (index) => {
      const id = `user-${index}`;
      const token = await this.world.login(id);
      const api = this.world.api.as(token);
      await must(api, '/conversations', { id, name: id, isPublic: false });
      await must(api, `/conversations/${id}/messages`, { parts: [{ data: 'hello' }] });
      const { body } = await this.world.api.get(`/chats?scope=profile&idsOnly=true&profileId=${id}`);
      const url = `${api.origin.replace(/^http/, 'ws')}${api.base}/socket?token=${token}`;
      this.users[index] = { id, api, url, chatId: body[0], socket: undefined };
    });
  }

  /** Opens the sockets that are closed, spread over a time; gives how long the slowest took to open. */
  async open(withinMs: number): Promise<number> {
    const closed = this.users.filter((user) => user.socket === undefined);
    const took = await Promise.all(
      closed.map(async (user, index) => {
        await pause((index / closed.length) * withinMs);
        const began = performance.now();
        await this.connect(user);
        return performance.now() - began;
      }),
    );
    return took.reduce((most, ms) => Math.max(most, ms), 0);
  }

  /** Cuts every socket off, as when a network goes away. */
  drop(): void {
    for (const user of this.users) {
      user.socket?.terminate();
      user.socket = undefined;
    }
  }

  private connect(user: User): Promise<void> {
    const socket = new WebSocket(user.url, { perMessageDeflate: false });
    user.socket = socket;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data));
        if (frame.name === 'socket.info') resolve();
        else if (frame.name === 'conversationMessage.sent')
          this.hear(user, frame.payload.parts[0].data, frame.conversationEventId);
      });
    });
  }
}
