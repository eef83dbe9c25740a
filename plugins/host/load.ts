import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import semver from 'semver';
import { type ChannelDefinition, CONTRACT_VERSION } from '../contract/index';
import { remoteChannel } from '../remote/remote-channel';
import { offerContract } from './own-package';

export interface LoadOptions {
  /** Where package names and relative paths are resolved from. */
  readonly root: string;
  /** Package names or paths; a path is a file or a folder with a package.json, or with the channel.json of a service. */
  readonly listed: readonly string[];
  /** Each sub-folder is a plugin. */
  readonly dropIn: string;
  readonly importModule?: (url: string) => Promise<unknown>;
  /** How long a plugin may take to load (default 10 s). */
  readonly timeoutMs?: number;
}

export interface Loaded {
  /** By adapter id. */
  readonly definitions: ReadonlyMap<string, ChannelDefinition>;
  readonly failures: readonly { readonly plugin: string; readonly reason: string }[];
}

const TIMEOUT_MS = 10_000;

/** Loads every plugin it can and names every one it cannot; one bad plugin never stops the others. */
export async function loadPlugins(options: LoadOptions): Promise<Loaded> {
  const definitions = new Map<string, ChannelDefinition>();
  const from = new Map<string, string>();
  const failures: { plugin: string; reason: string }[] = [];
  const plugins = await pluginsOf(options);
  const loaded = await Promise.allSettled(plugins.map((plugin) => loadOne(plugin, options)));
  for (const [index, outcome] of loaded.entries()) {
    const plugin = plugins[index] ?? '';
    if (outcome.status === 'rejected') {
      failures.push({ plugin, reason: reasonOf(outcome.reason) });
      continue;
    }
    const definition = outcome.value;
    const earlier = from.get(definition.id);
    if (earlier === undefined) {
      definitions.set(definition.id, definition);
      from.set(definition.id, plugin);
    } else failures.push({ plugin, reason: `the id "${definition.id}" is already taken by ${earlier}` });
  }
  return { definitions, failures };
}

/** All that are to be loaded: the listed ones, then the drop-ins. */
export async function pluginsOf({ listed, dropIn }: LoadOptions): Promise<readonly string[]> {
  return [...listed, ...(await dropIns(dropIn))];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function loadOne(plugin: string, options: LoadOptions): Promise<ChannelDefinition> {
  const importModule = options.importModule ?? ((url: string) => import(url));
  const entry = await entryOf(plugin, options.root);
  if (entry.endsWith('.json')) return asDefinition(remoteChannel(JSON.parse(await readFile(entry, 'utf8'))));
  offerContract(entry);
  const url = pathToFileURL(entry).href;
  return asDefinition(await inTime(importModule(url), options.timeoutMs ?? TIMEOUT_MS));
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not loaded within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function dropIns(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => path.join(folder, entry.name))
    .sort((a, b) => a.localeCompare(b));
}

interface Manifest {
  readonly parley?: { readonly channel?: string; readonly contract?: string };
  readonly main?: string;
}

/** The file that exports the definition. */
export async function entryOf(plugin: string, root: string): Promise<string> {
  const isPath = path.isAbsolute(plugin) || plugin.startsWith('.');
  if (!isPath) return createRequire(path.join(root, 'package.json')).resolve(plugin);
  const target = path.resolve(root, plugin);
  if (/\.([cm]?[jt]s|json)$/.test(target)) return target;
  const remote = path.join(target, 'channel.json');
  if (existsSync(remote)) return remote;
  const manifest: Manifest = JSON.parse(await readFile(path.join(target, 'package.json'), 'utf8'));
  checkRange(manifest.parley?.contract ?? '*');
  return path.join(target, manifest.parley?.channel ?? manifest.main ?? 'index.js');
}

function checkRange(wants: string): void {
  if (!semver.validRange(wants) || !semver.satisfies(CONTRACT_VERSION, wants))
    throw new Error(`it needs contract ${wants}; this gateway speaks ${CONTRACT_VERSION}`);
}

// A CommonJS module that was compiled from ES comes with its default inside the default.
const NESTED_DEFAULTS = 2;

/** What a module exports as its default. */
export function defaultOf(module: unknown): unknown {
  let value = module;
  for (let depth = 0; depth < NESTED_DEFAULTS && isObject(value) && 'default' in value; depth += 1)
    value = value['default'];
  return value;
}

function asDefinition(module: unknown): ChannelDefinition {
  const value = defaultOf(module);
  if (!isDefinition(value)) throw new Error('it does not export a channel definition as its default');
  checkRange(String(value.contract));
  return value;
}

function isDefinition(value: unknown): value is ChannelDefinition {
  return (
    isObject(value) &&
    ['id', 'channel', 'title', 'contract'].every((key) => typeof value[key] === 'string') &&
    ['create', 'identities', 'normalizeAddress'].every((key) => typeof value[key] === 'function') &&
    isObject(value['capabilities']) &&
    isObject(value['configSchema'])
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
