import type { Command } from 'commander';
import { type Desk, openDesk } from './desk';

/** What every command gets. */
export interface Run {
  readonly desk: Desk;
  /** The result is wanted as JSON. */
  readonly isJson: boolean;
}

export interface CommandOptions {
  readonly summary: string;
  /** Lines as they are typed, without `parley`. */
  readonly examples: readonly string[];
}

/** A command with what all have: `--json`, and help that ends with examples. `usage` is its name and its arguments. */
export function addCommand(parent: Command, usage: string, { summary, examples }: CommandOptions): Command {
  const lines = examples.map((example) => `  $ parley ${example}`);
  return parent
    .command(usage)
    .description(summary)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Runs a command at a desk of its own. */
export async function atDesk(
  options: { readonly json?: boolean },
  work: (run: Run) => Promise<void>,
): Promise<void> {
  const desk = openDesk();
  try {
    await work({ desk, isJson: options.json === true });
  } finally {
    desk.close();
  }
}

/** Prints a result: as it is for machines, or in words. */
export function report({ desk, isJson }: Run, result: unknown, words: () => string): void {
  desk.print(isJson ? JSON.stringify(result, undefined, 2) : words());
}
