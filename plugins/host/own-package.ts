import { existsSync, readFileSync } from 'node:fs';
import Module, { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** What plugins import by name, and where it is in this gateway. */
const OWN: ReadonlyMap<string, string> = new Map(
  [
    ['parley-gateway/plugin', '../contract/index'],
    ['parley-gateway/testing', '../testing/index'],
  ].map(([name = '', place = '']) => [name, path.join(__dirname, `${place}${path.extname(__filename)}`)]),
);

type ResolveFilename = (this: unknown, request: string, ...more: readonly unknown[]) => string;

// Not public, and used by every tool that does such a thing; https://nodejs.org/api/module.html has it from Node 22 on only.
const loader: { _resolveFilename: ResolveFilename } = Object(Module);
const offered = { toCommonJs: false, toEsModules: false };

/**
 * Lets a plugin import the contract by its name wherever its files lie: a folder that was dropped in has no copy of this
 * package. Where it has one, that one is taken.
 */
export function offerContract(entry: string): void {
  if (!offered.toCommonJs) offerToCommonJs();
  if (offered.toEsModules || !isEsModule(entry)) return;
  offered.toEsModules = true;
  const own = [...OWN].map(([name, file]) => [name, pathToFileURL(file).href]);
  const hooks = path.join(__dirname, `own-package-hooks${path.extname(__filename)}`);
  register(pathToFileURL(hooks), { data: own });
}

function offerToCommonJs(): void {
  offered.toCommonJs = true;
  const usual = loader._resolveFilename;
  loader._resolveFilename = function resolve(request, ...more) {
    try {
      return usual.call(this, request, ...more);
    } catch (error) {
      const own = OWN.get(request);
      if (own === undefined) throw error;
      return own;
    }
  };
}

/** By its name, or by the package that it is in. */
function isEsModule(entry: string): boolean {
  if (/\.[cm][jt]s$/.test(entry)) return /\.m[jt]s$/.test(entry);
  for (let folder = path.dirname(entry); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) return /"type"\s*:\s*"module"/.test(readFileSync(manifest, 'utf8'));
    if (folder === path.dirname(folder)) return false;
  }
}
