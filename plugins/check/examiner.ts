import { pathToFileURL } from 'node:url';
import type { ChannelDefinition } from '../contract/index';
import { defaultOf, loadPlugins } from '../host/load';
import { collectingRunner, describeChannel, type Outcome, type SimulatedProvider } from '../testing/index';
import { schemaProblems } from './schema';

/** What the process of a plugin says of it. */
export interface Examined {
  /** Absent where the plugin cannot be loaded. */
  readonly definition?: { readonly id: string; readonly channel: string; readonly title: string };
  /** Why not. */
  readonly refusal?: string;
  readonly schemaProblems?: readonly string[];
  readonly outcomes?: readonly Outcome[];
}

const MOST_MS = 30_000;

/** Loads one plugin and runs the kit over it, then leaves: what still keeps the process alive is the plugin's. */
async function main(channel: string, simulator: string | undefined): Promise<void> {
  const examined = await examine(channel, simulator);
  process.send?.(examined, () => process.disconnect());
}

async function examine(channel: string, simulator: string | undefined): Promise<Examined> {
  const { definitions, failures } = await loadPlugins({ root: '/', listed: [channel], dropIn: '' });
  const [definition] = definitions.values();
  if (!definition) return { refusal: failures[0]?.reason ?? 'it exports nothing' };
  const { id, channel: kind, title } = definition;
  const found = { definition: { id, channel: kind, title }, schemaProblems: schemaProblems(definition) };
  if (simulator === undefined) return found;
  try {
    return { ...found, outcomes: await runKit(definition, simulator) };
  } catch (error) {
    return { ...found, refusal: `the kit cannot run: ${error instanceof Error ? error.message : error}` };
  }
}

async function runKit(definition: ChannelDefinition, simulator: string): Promise<readonly Outcome[]> {
  const provider = defaultOf(await import(pathToFileURL(simulator).href));
  if (!isProvider(provider))
    throw new Error('parley.simulator must export `{ start, supports }` as its default');
  const runner = collectingRunner();
  describeChannel({ ...provider, definition: definition as ChannelDefinition<object>, runner });
  return runner.run({ timeoutMs: MOST_MS });
}

function isProvider(value: unknown): value is SimulatedProvider<object> {
  const { start, supports } = Object(value);
  return typeof start === 'function' && Array.isArray(supports);
}

const [channel, simulator] = process.argv.slice(2);
if (channel !== undefined)
  main(channel, simulator).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  });
