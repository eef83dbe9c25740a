import { createHmac } from 'node:crypto';
import type { ClientPorts, Host } from '../contract/index';

/** A host without a gateway around it; keeps what was logged. */
export interface FakeHost extends Host {
  readonly lines: readonly string[];
  /** What was kept, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface FakeHostOptions {
  readonly accountId?: string;
  readonly connectedOn?: Date;
  readonly webhookUrl?: string;
  readonly apiUrl?: string | undefined;
  readonly now?: () => Date;
  readonly clients?: ClientPorts | undefined;
}

/** The address that providers call in the kit. */
export const FAKE_WEBHOOK_URL = 'https://gateway.test/channels/acc_test/webhook';

export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const { now = () => new Date() } = options;
  const lines: string[] = [];
  const values = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return {
    lines,
    files,
    accountId: options.accountId ?? 'acc_test',
    connectedOn: options.connectedOn ?? now(),
    webhookUrl: options.webhookUrl ?? FAKE_WEBHOOK_URL,
    ...(options.apiUrl !== undefined && { apiUrl: options.apiUrl }),
    ...(options.clients && { clients: options.clients }),
    log: { debug: write, info: write, warn: write, error: write },
    now,
    async keep(name, body) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      files.set(name, Buffer.concat(chunks));
      return { ref: `kept:${name}`, bytes: files.get(name)?.byteLength ?? 0 };
    },
    sign: (text) =>
      createHmac('sha256', options.accountId ?? 'acc_test')
        .update(text)
        .digest('base64url'),
    addressOf: (hostname) => Promise.resolve(hostname),
    store: {
      get: (key) => Promise.resolve(values.get(key)),
      set(key, value) {
        values.set(key, value);
        return Promise.resolve();
      },
    },
  };
}
