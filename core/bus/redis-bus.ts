import type { Log } from '../log';
import { type Bus, CONNECTED, type Hear, type Json } from './bus';
import { connectionTo, hangUp, keepAsking, keepConnected } from './connection';
import type { Outage } from './outage';
import { Topics } from './topics';

export interface RedisBusOptions {
  readonly url: string;
  /** What the names of all topics begin with. */
  readonly namespace: string;
  readonly nodeId: string;
  readonly outage: Outage;
  readonly log: Log;
}

const MOST_UNDER_WAY = 1_000;

/** The bus among nodes that share a Redis. While that is away each node hears only itself. */
export class RedisBus implements Bus {
  readonly nodeId: string;
  private readonly prefix: string;
  private readonly log: Log;
  private readonly topics: Topics;
  private readonly publisher;
  private readonly subscriber;
  private underWay = 0;
  private stopAsking = () => {};

  constructor({ url, namespace, nodeId, outage, log }: RedisBusOptions) {
    this.nodeId = nodeId;
    this.prefix = `${namespace}:bus:`;
    this.log = log;
    this.topics = new Topics(log);
    this.publisher = connectionTo({ url, name: 'bus publisher', outage });
    this.subscriber = connectionTo({ url, name: 'bus subscriber', outage });
    for (const client of [this.publisher, this.subscriber]) client.on('ready', () => void this.connected());
    this.subscriber.on('message', (channel: string, text: string) => this.hear(channel, text));
  }

  get isConnected(): boolean {
    return this.publisher.status === 'ready' && this.subscriber.status === 'ready';
  }

  publish(topic: string, message: Json): void {
    const text = this.topics.written(topic, message);
    if (text === undefined) return;
    this.topics.deliver(topic, JSON.parse(text), this.nodeId);
    // A Redis that is frozen would have us collect what it does not take.
    if (this.publisher.status !== 'ready' || this.underWay >= MOST_UNDER_WAY) return;
    this.underWay += 1;
    this.publisher
      .publish(this.prefix + topic, `{"from":${JSON.stringify(this.nodeId)},"message":${text}}`)
      .catch(() => undefined) // a lost message is fine, and the outage is said once
      .finally(() => {
        this.underWay -= 1;
      });
  }

  subscribe(topic: string, hear: Hear): () => void {
    const isNew = !this.topics.has(topic);
    const remove = this.topics.add(topic, hear);
    if (isNew && this.isConnected) void this.listen([topic]);
    return () => {
      remove();
      if (!this.topics.has(topic) && this.subscriber.status === 'ready')
        this.subscriber.unsubscribe(this.prefix + topic).catch(() => undefined); // heard in vain, no more
    };
  }

  start(): void {
    for (const client of [this.publisher, this.subscriber]) keepConnected(client);
    const ends = [keepAsking(this.publisher), keepAsking(this.subscriber)];
    this.stopAsking = () => {
      for (const end of ends) end();
    };
  }

  async stop(): Promise<void> {
    this.stopAsking();
    await Promise.all([hangUp(this.publisher), hangUp(this.subscriber)]);
  }

  // All topics are subscribed to anew whenever the connection is.
  private async connected(): Promise<void> {
    if (!this.isConnected) return;
    await this.listen([...this.topics.names()]);
    if (this.isConnected) this.topics.deliver(CONNECTED, null, this.nodeId);
  }

  private async listen(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return;
    try {
      await this.subscriber.subscribe(...topics.map((topic) => this.prefix + topic));
    } catch (error) {
      if (this.subscriber.status === 'ready') this.log.warn({ error, topics }, 'topics not subscribed to');
    }
  }

  private hear(channel: string, text: string): void {
    const said = parsed(text);
    if (!said || said.from === this.nodeId) return; // our own were heard when they were said
    this.topics.deliver(channel.slice(this.prefix.length), said.message, said.from);
  }
}

interface Said {
  readonly from: string;
  readonly message: Json;
}

function parsed(text: string): Said | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return isSaid(said) ? said : undefined;
  } catch {
    return undefined; // not ours
  }
}

// Whatever JSON.parse gives is JSON.
function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'message' in value && 'from' in value;
}
