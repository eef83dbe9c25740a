import type { ClientPorts } from './client-ports';

type Log = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface KeptFile {
  /** For `InboundMedia.ref`. */
  readonly ref: string;
  readonly bytes: number;
}

/** All that a channel may touch: no database, no express, no queue, no process.env. */
export interface Host {
  readonly accountId: string;
  /** When the business connected the account: what a customer wrote before is history. */
  readonly connectedOn: Date;
  /** The public address of this account's webhook; configured, never taken from a Host header. */
  readonly webhookUrl: string;
  /** The provider's base URL where the operator replaced it (a simulator, a regional edge). */
  readonly apiUrl?: string;
  /** Secrets of the settings are redacted in whatever is logged here. */
  readonly log: Readonly<Record<'debug' | 'info' | 'warn' | 'error', Log>>;
  now(): Date;
  /** What a channel with a client surface works with. A gateway always has it; a host made for tests may not. */
  readonly clients?: ClientPorts;
  /**
   * Keeps a file before the message that it belongs to is handed in, for what cannot be asked for again later. The
   * same name again replaces it.
   */
  keep(name: string, body: AsyncIterable<Uint8Array>): Promise<KeptFile>;
  /** What nobody but this account of this gateway can make of a text; the same each time. */
  sign(text: string): string;
  /** Where a server that the settings name may be connected to; a ChannelError where it may not. */
  addressOf(hostname: string): Promise<string>;
  /** Small durable values of this account. */
  readonly store: {
    get(key: string): Promise<string | undefined>;
    set(key: string, value: string): Promise<void>;
  };
}
