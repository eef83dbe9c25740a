import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface NewChannel {
  /** The new channel's id: lower case and dashes. */
  readonly name: string;
  /** The folder to write, which must not hold anything yet. */
  readonly folder: string;
  /** The root of this package: where the template is, and what the new channel is built against. */
  readonly home: string;
  /** Of our own package.json: the compiler that the template was tried with. */
  readonly typescript: string;
  readonly nodeTypes: string;
}

/** The kind of a channel has no dashes. */
const KIND = /(?<=channel: '|"kind": ")acme/g;
const NAME = /acme/gi;
const LEFT_OUT = new Set(['node_modules', 'dist']);

/** Writes a channel that passes the kit from the first second; gives the names of its files. Throws where it cannot. */
export async function writeNewChannel(wish: NewChannel): Promise<readonly string[]> {
  const { name, folder, home } = wish;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    throw new Error(`"${name}" cannot be the id of a channel: use lower case letters, digits and dashes`);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new Error(`${folder} is not empty: name another folder, or another channel`);
  const template = path.join(home, 'plugins', 'template');
  const files = (await readdir(template)).filter((file) => !LEFT_OUT.has(file));
  for (const file of files) {
    const text = await readFile(path.join(template, file), 'utf8');
    const own = text.replace(KIND, kindOf(name)).replace(NAME, (word) => renamed(word, name));
    await writeFile(path.join(folder, file), file === 'package.json' ? linked(own, wish) : own);
  }
  return files.toSorted((a, b) => a.localeCompare(b));
}

/** In the case of the word that it replaces: `acme`, `Acme`. */
function renamed(word: string, name: string): string {
  return word === 'Acme'
    ? name.replace(/(^|-)(.)/g, (_all, _dash, letter: string) => letter.toUpperCase())
    : name;
}

function kindOf(name: string): string {
  return name.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase());
}

/** Builds and tests against the gateway that wrote it, wherever that is. */
function linked(json: string, { folder, home, typescript, nodeTypes }: NewChannel): string {
  const manifest = JSON.parse(json);
  const devDependencies = {
    '@types/node': nodeTypes,
    'parley-gateway': `file:${path.relative(folder, home) || '.'}`,
    typescript,
  };
  return `${JSON.stringify({ ...manifest, devDependencies }, undefined, 2)}\n`;
}
