import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config/load';
import { createGateway, type Gateway } from '../gateway';
import { loadInstalled } from '../installed';
import { createLog } from '../log';
import { createCalls } from './calls';
import { createDevices } from './devices';
import { type Providers, startProviders } from './providers';
import { createReceipts } from './receipts';
import { type Business, setUp } from './set-up';
import { startShopSite } from './shop-site';
import { startSite } from './site';
import { createTroubles } from './troubles';

/** The demo while it runs. */
export interface Demo {
  /** Where its page is. */
  readonly url: string;
  /** Ends all of it; nothing stays. */
  stop(): Promise<void>;
}

export interface DemoOptions {
  /** Where its page is to be; 0 takes a free port. */
  readonly port: number;
  readonly signal: AbortSignal;
}

const RECEIPTS_EVERY_MS = 300;

/** Starts the gateway with pretend providers around it, and a page to try all of it on. */
export async function startDemo({ port, signal }: DemoOptions): Promise<Demo> {
  const providers = await startProviders();
  const running: (() => Promise<void>)[] = [() => providers.stop()];
  const stop = async () => {
    for (const end of running.splice(0).reverse()) await end();
  };
  try {
    let gatewayUrl = '';
    let chat = '';
    let ready: (business: Business) => void = () => {};
    const shop = await startShopSite(() => chat);
    running.push(() => shop.stop());
    const [devices, troubles] = [createDevices(providers), createTroubles(providers)];
    const business = new Promise<Business>((resolve) => {
      ready = resolve;
    });
    const asked = { devices, troubles, business, gatewayUrl: () => gatewayUrl, shopOrigin: shop.origin };
    const site = await startSite({
      ...{ port, gatewayUrl: () => gatewayUrl, calls: createCalls(asked) },
      news: () => ({ ...devices.shown(), troubles: troubles.now() }),
    });
    running.push(() => site.stop());
    const { url, partnerKey, end } = await startGateway(providers);
    running.push(end);
    gatewayUrl = url;
    const origins = { page: site.origin, shop: shop.origin };
    const made = await setUp({ gatewayUrl, partnerKey, providers, origins, signal });
    chat = `${gatewayUrl}/web-chat/${made.accounts.webChat}/widget.js`;
    ready(made);
    running.push(keepTelling(createReceipts(providers, troubles)));
    return { url: site.origin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A gateway as anybody starts it, but for where its providers are; its folder goes with it. */
async function startGateway(providers: Providers) {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-demo-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  const partnerKey = randomUUID();
  const config = loadConfig({
    ...{ PORT: '0', PARLEY_DATA_DIR: folder, PARLEY_PARTNER_KEY: partnerKey },
    ...{ PARLEY_LOG_LEVEL: 'fatal', PARLEY_ALLOW_PRIVATE_EGRESS: 'true' },
    PARLEY_TWILIO_API_URL: providers.twilio.apiUrl,
    PARLEY_FACEBOOK_API_URL: providers.facebook.apiUrl,
  });
  const { definitions } = await loadInstalled(config);
  const gateway: Gateway = createGateway({ config, definitions, log: createLog(config.logLevel) });
  const end = async () => {
    await gateway.stop();
    process.off('exit', forget);
    forget();
  };
  const { publicUrl } = await gateway.start().catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { url: publicUrl, partnerKey, end };
}

/** Tells again and again what there is to tell; gives what ends it. */
function keepTelling(tell: () => Promise<void>): () => Promise<void> {
  let telling = Promise.resolve();
  const timer = setInterval(() => {
    telling = telling.then(tell).catch(() => undefined); // the gateway is busy: Meta, too, would lose this one
  }, RECEIPTS_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await telling;
  };
}
