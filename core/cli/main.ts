#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError } from 'commander';
import { EXIT, failureOf } from './failure';
import { createProgram } from './program';

/** Runs what the command line asks for; the process ends when nothing is left to do. */
async function main(args: readonly string[]): Promise<number> {
  try {
    await createProgram(version()).parseAsync([...args]);
    return 0;
  } catch (error) {
    // It has said by itself what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    const { exit, message } = failureOf(error);
    const isJson = args.includes('--json');
    process.stderr.write(
      `${isJson ? JSON.stringify({ error: { code: exit, message } }) : `parley: ${message}`}\n`,
    );
    return EXIT[exit];
  }
}

/** Of the package, which is one folder further up from what was built. */
function version(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((from) => path.resolve(__dirname, from))
    .find((one) => existsSync(one));
  const manifest: { readonly version?: string } =
    file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  return manifest.version ?? 'unknown';
}

void main(process.argv).then((code) => {
  process.exitCode = code;
});
