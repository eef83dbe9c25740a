import path from 'node:path';
import type { ChannelDefinition } from '../../plugins/contract/index';
import { byPolling } from '../../plugins/telegram/driver';
import { collectingRunner, describeChannel, type SimulatedProvider } from '../../plugins/testing/index';
import { CHANNELS, SMS_SERVICE } from './channels';

/** What is to be examined: a copy of a channel, and the checks whose names begin so (all of them, where it is not said). */
export interface Examination {
  /** The folder of the channel in the project. */
  readonly channel: string;
  /** The folder of the copy. */
  readonly copy: string;
  readonly only?: string;
}

/** What came of it: the checks that failed, and how many there were. */
export interface Findings {
  readonly failed: readonly string[];
  readonly run: number;
}

/** Runs the contract kit on each copy that it is sent, and answers with its findings. */
process.on('message', (examination: Examination) => {
  examine(examination)
    .catch((error: unknown): Findings => {
      const words = String(error).split('\n')[0];
      return { failed: [`it cannot be loaded: ${words}`], run: 0 };
    })
    .then((findings) => process.send?.(findings))
    .catch(() => process.exit(1));
});

async function examine({ channel, copy, only }: Examination): Promise<Findings> {
  const providers = providersOf(channel);
  if (providers.length === 0) throw new Error(`no provider for ${channel}`);
  const { default: definition }: { default: ChannelDefinition<object> } = require(
    path.join(copy, 'index.ts'),
  );
  const failed: string[] = [];
  let run = 0;
  for (const provider of providers) {
    const runner = collectingRunner();
    describeChannel({ ...provider, definition, runner });
    const outcomes = await runner.run(only === undefined ? {} : { only });
    run += outcomes.filter(({ state }) => state !== 'skipped').length;
    failed.push(...outcomes.filter(({ state }) => state === 'failed').map(({ name }) => name));
  }
  return { failed: [...new Set(failed)], run };
}

/** A channel that can be used in two ways is tried in both. */
function providersOf(channel: string): readonly SimulatedProvider<object>[] {
  const own = CHANNELS.filter(({ folder }) => folder === channel).map(({ provider }) => provider);
  if (channel === 'adapters/sms') return [...own, SMS_SERVICE.provider];
  if (channel === 'plugins/telegram') return [...own, byPolling as SimulatedProvider<object>];
  return own;
}
