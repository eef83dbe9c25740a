import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import semver from 'semver';
import { CONTRACT_VERSION } from '../contract/index';

/** What a plugin says of itself in its package.json. */
export interface Manifest {
  /** The file that exports the definition. */
  readonly channel: string;
  /** The file that exports the simulated provider. */
  readonly simulator: string | undefined;
}

export interface ManifestFindings {
  /** Absent where nothing can be loaded. */
  readonly manifest?: Manifest;
  /** Each says the way out. */
  readonly problems: readonly string[];
}

/** Reads the package.json of a plugin's folder and says what keeps it from being loaded or published. */
export async function readManifest(folder: string): Promise<ManifestFindings> {
  const file = path.join(folder, 'package.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      problems: [`package.json cannot be read (${why}): run this in the plugin's folder, or name it`],
    };
  }
  const fields = Object(json);
  const { contract, channel = fields.main, simulator } = Object(fields.parley);
  const problems = [...nameProblems(fields), ...contractProblems(contract)];
  if (typeof channel !== 'string') {
    problems.push(
      'name the built file that exports the definition: "parley": { "channel": "dist/index.js" }',
    );
    return { problems };
  }
  const at = (place: string) => path.resolve(folder, place);
  if (!(await exists(at(channel)))) {
    problems.push(`${channel} (parley.channel) is not there: build the plugin first`);
    return { problems };
  }
  if (typeof simulator !== 'string')
    problems.push('name the simulated provider for the kit: "parley": { "simulator": "dist/simulator.js" }');
  else if (!(await exists(at(simulator))))
    problems.push(`${simulator} (parley.simulator) is not there: build it`);
  const isUsable = typeof simulator === 'string' && (await exists(at(simulator)));
  const manifest = { channel: at(channel), simulator: isUsable ? at(simulator) : undefined };
  return { manifest, problems };
}

function nameProblems({ name, version }: { readonly name?: unknown; readonly version?: unknown }): string[] {
  const problems: string[] = [];
  if (typeof name !== 'string' || name === '') problems.push('give the package a "name"');
  if (typeof version !== 'string' || semver.valid(version) === null)
    problems.push('give the package a "version", such as "0.1.0"');
  return problems;
}

function contractProblems(contract: unknown): string[] {
  if (typeof contract !== 'string' || semver.validRange(contract) === null)
    return [`say which contract it speaks: "parley": { "contract": "^${CONTRACT_VERSION}" }`];
  if (!semver.satisfies(CONTRACT_VERSION, contract))
    return [`it asks for contract ${contract}, and this gateway speaks ${CONTRACT_VERSION}`];
  return [];
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
