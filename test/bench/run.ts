import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { type Bench, startBench } from './bench';
import { isMet } from './goals';
import { type DatabaseName, type Options, readOptions, type SectionName } from './options';
import { describeSection } from './report';
import { measureEmail } from './sections/email';
import { measureEvents } from './sections/events';
import { measureFootprint } from './sections/footprint';
import { measureInbound } from './sections/inbound';
import { measureLatency } from './sections/latency';
import { measureMessenger } from './sections/messenger';
import { measureRest } from './sections/rest';
import { measureScale } from './sections/scale';
import type { Section } from './sections/section';
import { measureSockets } from './sections/sockets';
import { measureTeams } from './sections/teams';
import { measureWebChat } from './sections/web-chat';

const MEASURE: Readonly<Record<SectionName, (bench: Bench) => Promise<Section>>> = {
  inbound: measureInbound,
  messenger: measureMessenger,
  rest: measureRest,
  latency: measureLatency,
  footprint: measureFootprint,
  scale: measureScale,
  sockets: measureSockets,
  'web-chat': measureWebChat,
  events: measureEvents,
  email: measureEmail,
  teams: measureTeams,
};

interface Found extends Section {
  readonly name: SectionName;
  readonly database: DatabaseName;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const found: Found[] = [];
  for (const database of options.databases)
    for (const name of options.sections) found.push(await measure(options, database, name));
  const verdicts = found.flatMap((section) => section.verdicts);
  say(`${verdicts.filter(isMet).length} of ${verdicts.length} goals are met`);
  write(options, found);
}

/** Each section has processes and databases of its own, so that none inherits the load of another. */
async function measure(options: Options, database: DatabaseName, name: SectionName): Promise<Found> {
  const bench = await startBench(options, database);
  const interrupt = () => void bench.belongings.letAllGo().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  // What nobody waits for does not end the process before it has let go of its servers.
  let fail: (reason: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  process.on('unhandledRejection', fail);
  try {
    const section = await Promise.race([MEASURE[name](bench), failed]);
    say(describeSection(database, section));
    return { name, database, ...section };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('unhandledRejection', fail);
    await bench.belongings.letAllGo();
  }
}

function write(options: Options, found: readonly Found[]): void {
  const [cpu] = cpus();
  const machine = {
    node: process.version,
    cores: availableParallelism(),
    processor: cpu?.model,
    memoryBytes: totalmem(),
  };
  const { measureMs, warmUpMs, rounds } = options;
  const document = { at: new Date().toISOString(), machine, measureMs, warmUpMs, rounds, sections: found };
  mkdirSync(path.dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(document, undefined, 2)}\n`);
  say(`written to ${path.relative(process.cwd(), options.out)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`the benchmark failed: ${inspect(error)}\n`);
  process.exit(1);
});
