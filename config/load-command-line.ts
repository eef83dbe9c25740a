import { ConfigProblems, type Environment, filledIn } from './load';
import { commandLine, settings } from './schema';

/** Where the command line finds the gateway, and what it may show it. */
export interface CommandLineConfig {
  readonly url: string;
  readonly dataDir: string;
  readonly partnerKey?: string | undefined;
  readonly space?: string | undefined;
  readonly token?: string | undefined;
}

const wanted = settings
  .pick({ HOST: true, PORT: true, PARLEY_DATA_DIR: true, PARLEY_PARTNER_KEY: true })
  .extend(commandLine.shape);
/** Addresses on which one listens, and that nobody calls. */
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

/** Reads it from the environment, where the gateway's own settings are; throws ConfigProblems. */
export function loadCommandLine(environment: Environment = process.env): CommandLineConfig {
  const parsed = wanted.safeParse(filledIn(environment));
  if (!parsed.success)
    throw new ConfigProblems(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const { HOST, PORT, PARLEY_URL, ...value } = parsed.data;
  const host = ANY_ADDRESS.has(HOST) ? '127.0.0.1' : HOST;
  return {
    url: PARLEY_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`,
    dataDir: value.PARLEY_DATA_DIR,
    partnerKey: value.PARLEY_PARTNER_KEY,
    space: value.PARLEY_SPACE,
    token: value.PARLEY_TOKEN,
  };
}
