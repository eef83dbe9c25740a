import assert from 'node:assert/strict';
import type { Channel, ChannelDefinition } from '../contract/index';
import type { ProviderDriver } from './driver';
import { FAKE_WEBHOOK_URL, type FakeHost, fakeHost } from './fake-host';
import { frozen, type Kit, type Surface } from './kit';
import { globalRunner, type Runner } from './runner';
import { answerSection } from './sections/answer';
import { backlogSection } from './sections/backlog';
import { clientSection } from './sections/client';
import { configurationSection } from './sections/configuration';
import { definitionSection } from './sections/definition';
import { failuresSection } from './sections/failures';
import { forgerySection } from './sections/forgery';
import { hintsSection } from './sections/hints';
import { lifecycleSection } from './sections/lifecycle';
import { listenerSection } from './sections/listener';
import { lookupSection } from './sections/lookup';
import { mediaSection } from './sections/media';
import { secretsSection } from './sections/secrets';
import { sendSection } from './sections/send';
import { siteSection } from './sections/site';
import { statusSection } from './sections/status';
import { webhookSection } from './sections/webhook';
import { wordsOf } from './words';

/** What a channel is tested on. */
export interface SimulatedProvider<Config extends object> {
  /** Starts a provider of one's own for each test; it calls webhooks at the address it is given. */
  start(options: { readonly webhookUrl: string }): Promise<ProviderDriver<Config>>;
  /** The optional members that its channels have. */
  readonly supports: readonly Surface[];
  /** The only way to leave a check out, and it says why. */
  readonly skip?: readonly { readonly check: string; readonly reason: string }[];
}

export interface KitOptions<Config extends object> extends SimulatedProvider<Config> {
  readonly definition: ChannelDefinition<Config>;
  /** By default the globals of Jest, Vitest or Mocha. */
  readonly runner?: Runner;
}

/** Proves that a channel keeps the contract: run it on a simulated provider. */
export function describeChannel<Config extends object>(options: KitOptions<Config>): void {
  const runner = options.runner ?? globalRunner();
  const skips = new Map((options.skip ?? []).map(({ check, reason }) => [check, reason]));
  const current = oneTestAtATime(options);
  const kit: Kit = {
    definition: options.definition,
    supports: new Set(options.supports),
    get driver() {
      return current.get().driver;
    },
    get host() {
      return current.get().host;
    },
    get channel() {
      return current.get().channel;
    },
    open: (config, host) => current.open(config, host),
    afterwards: (cleanUp) => current.afterwards(cleanUp),
    check(name, help, body) {
      const reason = skips.get(name);
      skips.delete(name);
      const run = (): Promise<void> => explained(help, body);
      if (reason === undefined) runner.it(name, run);
      else runner.it.skip(`${name} (left out: ${reason})`, run);
    },
  };
  runner.describe(`channel contract: ${options.definition.id}`, () => {
    runner.beforeEach(current.begin);
    runner.afterEach(current.end);
    for (const section of SECTIONS) section(kit);
    const [unknown] = skips.keys();
    assert.equal(unknown, undefined, `there is no check called "${unknown}" to leave out`);
  });
}

const SECTIONS: readonly ((kit: Kit) => void)[] = [
  definitionSection,
  configurationSection,
  sendSection,
  failuresSection,
  secretsSection,
  webhookSection,
  forgerySection,
  clientSection,
  siteSection,
  answerSection,
  statusSection,
  mediaSection,
  lookupSection,
  backlogSection,
  listenerSection,
  hintsSection,
  lifecycleSection,
];

interface Scene {
  readonly driver: ProviderDriver;
  readonly host: FakeHost;
  readonly channel: Channel;
}

/** Sets one provider, host and channel up for each test, and takes them down after it. */
function oneTestAtATime<Config extends object>(options: KitOptions<Config>) {
  const definition: ChannelDefinition<object> = options.definition;
  let scene: Scene | undefined;
  let others: Channel[] = [];
  let cleanUps: (() => void)[] = [];
  const get = (): Scene => scene ?? assert.fail('a check uses the provider outside of its body');
  return {
    get,
    async begin(): Promise<void> {
      const driver: ProviderDriver = await options.start({ webhookUrl: FAKE_WEBHOOK_URL });
      const host = fakeHost({ apiUrl: driver.apiUrl, clients: driver.client?.ports });
      scene = { driver, host, channel: definition.create(frozen(driver.config), host) };
    },
    open(config: object, host: Parameters<typeof fakeHost>[0] = {}): Channel {
      const { apiUrl, client } = get().driver;
      const channel = definition.create(
        frozen(config),
        fakeHost({ apiUrl, clients: client?.ports, ...host }),
      );
      others.push(channel);
      return channel;
    },
    afterwards: (cleanUp: () => void): void => void cleanUps.push(cleanUp),
    async end(): Promise<void> {
      for (const cleanUp of cleanUps) cleanUp();
      cleanUps = [];
      for (const channel of others) await channel.close();
      others = [];
      await scene?.channel.close();
      await scene?.driver.stop();
      scene = undefined;
    },
  };
}

async function explained(help: string, body: () => Promise<void> | void): Promise<void> {
  try {
    await body();
  } catch (error) {
    throw new Error(`${help}\n${wordsOf(error)}`, { cause: error });
  }
}
