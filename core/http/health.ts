import type { Express } from 'express';
import type { RedisState } from '../nodes/cluster';
import type { Store } from '../store/store';
import type { Metrics } from './metrics';

export interface HealthOptions {
  readonly store: Store;
  readonly metrics: Metrics;
  /** Whether this node was told to stop: it still serves, and wants no more. */
  readonly isDraining: () => boolean;
  /** Undefined where none is used. */
  readonly redis: () => RedisState | undefined;
}

const PATIENCE_MS = 2_000;

/** `/healthz`: alive. `/readyz`: can serve. `/metrics`: what operators watch. */
export function serveHealth(app: Express, options: HealthOptions): void {
  const { metrics } = options;
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const { isReady, body } = await readiness(options);
    response.status(isReady ? 200 : 503).json(body);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
}

async function readiness({ store, isDraining, redis }: HealthOptions) {
  const database = await holds(store.ping().then(() => true));
  const migrations = database && (await holds(store.isMigrated()));
  const state = redis();
  const isReady = database && migrations && !isDraining();
  const body = {
    status: isReady ? 'ready' : 'not ready',
    draining: isDraining(),
    dependencies: { database, migrations, ...(state && { redis: state.isConnected }) },
    // Without Redis everything works, only later: no reason to send nobody here any more.
    warnings: state ? warningsOf(state) : [],
  };
  return { isReady, body };
}

function warningsOf({ isConnected, problem }: RedisState): string[] {
  const away = isConnected ? [] : ['Redis is away: other nodes find out by asking the database'];
  return problem === undefined ? away : [...away, problem];
}

async function holds(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
