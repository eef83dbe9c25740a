import { apiUrl, apiUrlName, commandLine, settings } from './schema';

/** The settings of one gateway process, checked and frozen. */
export interface Config {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** Where providers and browsers reach this gateway; undefined means the address it listens on. */
  readonly publicUrl?: string | undefined;
  readonly dataDir: string;
  readonly partnerKey?: string | undefined;
  /** 64 hexadecimal digits. */
  readonly masterKey?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
  /** How long a node that was told to stop still serves while it says that it is not ready. */
  readonly drainMs: number;
  readonly plugins: readonly string[];
  /** Networks whose word on where a request came from (`X-Forwarded-For`) is taken. */
  readonly trustedProxies: readonly string[];
  /** Loads a plugin again when its files change. */
  readonly watchPlugins: boolean;
  /** By adapter id. */
  readonly apiUrls: Readonly<Record<string, string>>;
  readonly logLevel: string;
  readonly requestsPerMinute: number;
  readonly allowPrivateEgress: boolean;
}

/** All that is wrong with the settings, one sentence per name. The process ends with code 78. */
export class ConfigProblems extends Error {
  override readonly name = 'ConfigProblems';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`these settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings from the environment; throws ConfigProblems naming every wrong one at once. */
export function loadConfig(environment: Environment = process.env): Config {
  const given = filledIn(environment);
  const parsed = settings.safeParse(given);
  const urls = apiUrls(given);
  const problems = [
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...urls.problems,
    ...unknownNames(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigProblems(problems);
  const value = parsed.data;
  const isAlone = value.DATABASE_URL === undefined && value.REDIS_URL === undefined;
  return Object.freeze({
    host: value.HOST,
    port: value.PORT,
    publicUrl: value.PUBLIC_URL,
    dataDir: value.PARLEY_DATA_DIR,
    partnerKey: value.PARLEY_PARTNER_KEY,
    masterKey: value.PARLEY_MASTER_KEY,
    databaseUrl: value.DATABASE_URL,
    redisUrl: value.REDIS_URL,
    drainMs: 1_000 * (value.PARLEY_DRAIN_SECONDS ?? (isAlone ? 0 : 2)),
    plugins: value.PARLEY_PLUGINS,
    trustedProxies: value.PARLEY_TRUSTED_PROXIES,
    watchPlugins: value.PARLEY_WATCH_PLUGINS,
    apiUrls: urls.byAdapter,
    logLevel: value.PARLEY_LOG_LEVEL,
    requestsPerMinute: value.PARLEY_REQUESTS_PER_MINUTE,
    allowPrivateEgress: value.PARLEY_ALLOW_PRIVATE_EGRESS,
  });
}

/** An empty setting is none. */
export function filledIn(environment: Environment): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function apiUrls(given: Readonly<Record<string, unknown>>) {
  const byAdapter: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const adapter = apiUrlName.exec(name)?.[1];
    if (!adapter) continue;
    const url = apiUrl.safeParse(value);
    if (url.success) byAdapter[adapter.toLowerCase().replaceAll('_', '-')] = url.data;
    else problems.push(`${name}: expected an http or https address`);
  }
  return { byAdapter, problems };
}

// A misspelt name would silently mean the default, so it is a problem.
function unknownNames(given: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('PARLEY_') && !name.startsWith('PARLEY_TEST_'))
    .filter((name) => !(name in settings.shape) && !(name in commandLine.shape) && !apiUrlName.test(name))
    .map((name) => `${name}: there is no such setting; config/example.env lists all of them`);
}
