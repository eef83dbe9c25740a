import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A fenced box of a page. */
export interface Block {
  readonly language: string;
  /** What stands behind the language: the file that it is. */
  readonly name: string;
  readonly code: string;
}

/** The boxes of a page, and a note of which were run. */
export interface Page {
  /** The box with this name. */
  named(name: string): Block;
  /** All without a name in this language, in order. */
  unnamed(language: string): readonly Block[];
  /** What nobody asked for. */
  unused(): readonly Block[];
}

const PROJECT = path.resolve(__dirname, '../..');
const FENCE = /^```(\w*)[ ]?(\S*)\n([\s\S]*?)^```$/gm;

/** Reads a page, given by its path in the project. */
export function readPage(file: string): Page {
  const text = readFileSync(path.join(PROJECT, file), 'utf8');
  const blocks: Block[] = [...text.matchAll(FENCE)].map(([, language = '', name = '', code = '']) => ({
    ...{ language, name, code },
  }));
  const used = new Set<Block>();
  const use = (block: Block) => {
    used.add(block);
    return block;
  };
  return {
    named(name) {
      const block = blocks.find((one) => one.name === name);
      if (!block) throw new Error(`there is no box named ${name} in ${file}`);
      return use(block);
    },
    unnamed: (language) => blocks.filter((one) => one.name === '' && one.language === language).map(use),
    unused: () => blocks.filter((block) => !used.has(block)),
  };
}
