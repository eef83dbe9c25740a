import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PROJECT = path.resolve(__dirname, '../..');
const COMPILER = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc');

/** Where the surface is committed. */
export const SURFACE_FILE = path.join(PROJECT, 'plugins/surface.txt');

const ENTRIES = [
  ['parley-gateway/plugin', 'plugins/contract/index.d.ts'],
  ['parley-gateway/testing', 'plugins/testing/index.d.ts'],
] as const;

/** All that a plugin can see of us: the public declarations of both entries, without their comments, by name. */
export function surfaceOf(): string {
  const out = mkdtempSync(path.join(tmpdir(), 'parley-surface-'));
  try {
    const config = path.join(PROJECT, 'config/tsconfig.surface.json');
    execFileSync(process.execPath, [COMPILER, '-p', config, '--outDir', out], { stdio: 'pipe' });
    return ENTRIES.map(([entry, file]) => {
      const found = exportsOf(path.join(out, file)).toSorted((a, b) => compare(sortKey(a), sortKey(b)));
      return `# ${entry}\n\n${found.join('\n')}\n`;
    }).join('\n');
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** What a line of the changelog names a surface by. */
export function hashOf(surface: string): string {
  return createHash('sha256').update(surface).digest('hex').slice(0, 12);
}

/** The declarations that a file gives to whoever imports it, wherever they stand. */
function exportsOf(file: string): readonly string[] {
  return statementsOf(file).flatMap((statement) => {
    const [, names, from] = /^export (?:type )?(\*|\{[^}]*\}) from '(.+)';$/s.exec(statement) ?? [];
    if (names === undefined || from === undefined) return statement.startsWith('import ') ? [] : [statement];
    const all = exportsOf(path.join(path.dirname(file), `${from}.d.ts`));
    return names === '*' ? all : namesIn(names).map((name) => declared(all, name, file));
  });
}

/** Each begins at the start of a line, and with a letter. */
function statementsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const statements = text.split(/^(?=[a-z])/m).map((statement) => statement.trimEnd());
  return statements.filter((statement) => statement !== 'export {};');
}

function namesIn(list: string): readonly string[] {
  const names = list.slice(1, -1).split(',');
  return names.map((name) => name.trim().replace(/^type /, '')).filter((name) => name !== '');
}

function declared(statements: readonly string[], name: string, file: string): string {
  const found = statements.find((statement) => nameOf(statement) === name);
  if (found === undefined)
    throw new Error(`${path.basename(file)} exports ${name}, which is nowhere declared`);
  return found;
}

function nameOf(statement: string): string {
  const declaration = /^(?:export |declare |abstract )*(?:const|type|interface|class|function|enum) (\w+)/;
  return declaration.exec(statement)?.[1] ?? '';
}

function sortKey(statement: string): string {
  return `${nameOf(statement)} ${statement}`;
}

// By code points: the same on every machine.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
