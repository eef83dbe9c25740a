import { loadConfig } from '../../config/load';
import { createGateway, type Gateway } from '../../core/gateway';
import { createLog } from '../../core/log';
import type { ChannelDefinition } from '../../plugins/contract/index';
import { Api } from './api';
import type { TestDatabase } from './databases';

export const PARTNER_KEY = 'a-partner-key-for-tests';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly origin: string;
  /** With the partner's key. */
  readonly partner: Api;
  /** Moves the gateway's clock on; its timers go on as they are. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly database: TestDatabase;
  readonly definitions: readonly ChannelDefinition[];
  /** More settings, by the names of their environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a gateway in this process, on a port of its own. */
export async function startGateway(options: StartOptions): Promise<TestGateway> {
  const { database, definitions, settings } = options;
  let ahead = 0;
  const config = loadConfig({
    PORT: '0',
    PARLEY_DATA_DIR: database.dataDir,
    PARLEY_PARTNER_KEY: PARTNER_KEY,
    PARLEY_LOG_LEVEL: process.env['PARLEY_TEST_LOG'] ?? 'silent',
    PARLEY_REQUESTS_PER_MINUTE: '1000000',
    DATABASE_URL: database.databaseUrl,
    ...settings,
  });
  const gateway = createGateway({
    config,
    definitions: new Map(definitions.map((definition) => [definition.id, definition])),
    log: createLog(config.logLevel),
    now: () => Date.now() + ahead,
  });
  const { publicUrl, port } = await gateway.start().catch(async (error: unknown) => {
    await gateway.stop(); // what it had opened would keep the tests alive
    throw error;
  });
  const origin = `http://127.0.0.1:${port}`;
  void publicUrl;
  return {
    gateway,
    origin,
    partner: new Api(origin, PARTNER_KEY),
    advance: (ms) => {
      ahead += ms;
    },
    stop: () => gateway.stop(),
  };
}

/** Makes an API space; gives its API with its first access token. */
export async function aSpace(gateway: Pick<TestGateway, 'partner' | 'origin'>, name = 'Shop'): Promise<Api> {
  const { status, body } = await gateway.partner.post('/apispaces', { name });
  if (status !== 201) throw new Error(`no API space: ${status} ${JSON.stringify(body)}`);
  return new Api(gateway.origin, body.accessToken, `/apispaces/${body.id}`);
}
