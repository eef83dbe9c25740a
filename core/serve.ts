import path from 'node:path';
import { type Config, ConfigProblems, loadConfig } from '../config/load';
import { watchPlugins } from '../plugins/host/watch';
import { createGateway, type Started } from './gateway';
import { loadInstalled, placesOf } from './installed';
import { createLog, type Log } from './log';
import { KEY_FILE } from './partner-key-file';

/** Starts a node and keeps it running until it is told to stop. */
export async function serve(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const { definitions, failures } = await loadInstalled(config);
  for (const { plugin, reason } of failures) log.error({ plugin, reason }, 'plugin not loaded');
  const gateway = createGateway({ config, definitions, log });
  if (config.watchPlugins)
    watchPlugins({
      ...placesOf(config),
      onReloaded(definition, plugin) {
        gateway.install(definition);
        log.info({ plugin, adapter: definition.id }, 'plugin loaded again');
      },
      onRefused: (plugin, reason) =>
        log.error({ plugin, reason }, 'plugin not loaded again; the one before stays'),
    });
  stopOnSignals(gateway, { config, log });
  const started = await gateway.start();
  say(greeting(started, config.dataDir));
  log.info({ port: started.port, channels: [...definitions.keys()] }, 'gateway started');
}

function readConfig() {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}

/** How long a stop may take after the time for which it still serves; with the usual two seconds, ten in all. */
const MOST_MS = 8_000;

function stopOnSignals(
  gateway: { stop(): Promise<void> },
  { config, log }: { config: Config; log: Log },
): void {
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'gateway stops');
    setTimeout(() => process.exit(1), config.drainMs + MOST_MS).unref();
    gateway.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'gateway did not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal));
}

function greeting({ publicUrl, partnerKey }: Started, dataDir: string): string {
  const key = path.join(dataDir, KEY_FILE);
  return [
    `Parley is ready at ${publicUrl}`,
    `  API      ${publicUrl}/apispaces   (OpenAPI: ${publicUrl}/openapi.json)`,
    `  Docs     ${publicUrl}/docs`,
    partnerKey === undefined
      ? '  Partner  the key is the one that was configured, or printed at the first start'
      : `  Partner  ${partnerKey}   (kept in ${key})`,
    '',
  ].join('\n');
}

function say(text: string): void {
  process.stdout.write(text);
}
