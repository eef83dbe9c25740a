import { readdir, stat } from 'node:fs/promises';
import { createRequire, register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChannelDefinition } from '../contract/index';
import { entryOf, type LoadOptions, loadPlugins, pluginsOf } from './load';

export interface WatchOptions extends LoadOptions {
  /** A plugin was loaded once more, after its files changed. */
  readonly onReloaded: (definition: ChannelDefinition, plugin: string) => void;
  /** It could not be: the one before stays. */
  readonly onRefused: (plugin: string, reason: string) => void;
  readonly everyMs?: number;
}

export interface PluginWatch {
  stop(): void;
}

const EVERY_MS = 500;
const SOURCES = /\.(c|m)?js$|^(package|channel)\.json$/;

/** Loads plugins again whenever their files change, for whoever develops one; a folder that is new is loaded as well. */
export function watchPlugins(options: WatchOptions): PluginWatch {
  const hooks = path.join(__dirname, `reload-hooks${path.extname(__filename)}`);
  register(pathToFileURL(hooks));
  const seen = new Map<string, number>();
  let generation = 0;
  let isStopped = false;
  const look = async (isFirst: boolean): Promise<void> => {
    for (const plugin of await pluginsOf(options)) {
      const changedAt = await newestOf(await folderOf(plugin, options)).catch(() => undefined);
      const known = seen.get(plugin);
      if (changedAt === undefined || changedAt === known) continue;
      seen.set(plugin, changedAt);
      // While a build is still writing, the next look finds a newer file.
      if (isFirst || isStopped) continue;
      generation += 1;
      await reload(plugin, generation, options);
    }
  };
  let looking = look(true);
  const timer = setInterval(() => {
    looking = looking.then(() => look(false)).catch(() => undefined);
  }, options.everyMs ?? EVERY_MS).unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}

async function reload(plugin: string, generation: number, options: WatchOptions): Promise<void> {
  const folder = `${await folderOf(plugin, options)}${path.sep}`;
  const { cache } = createRequire(__filename);
  for (const file of Object.keys(cache))
    if (file.startsWith(folder) && !file.startsWith(`${folder}node_modules`)) delete cache[file];
  const { definitions, failures } = await loadPlugins({
    ...options,
    listed: [plugin],
    dropIn: '',
    importModule: (url) => import(`${url}?parley-reload=${generation}`),
  });
  for (const { reason } of failures) options.onRefused(plugin, reason);
  for (const definition of definitions.values()) options.onReloaded(definition, plugin);
}

/** Where the files of a plugin are. */
async function folderOf(plugin: string, { root }: LoadOptions): Promise<string> {
  const isFolder = path.isAbsolute(plugin) && !SOURCES.test(plugin);
  return isFolder ? plugin : path.dirname(await entryOf(plugin, root));
}

async function newestOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && SOURCES.test(entry.name));
  const times = files.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return file.slice(folder.length).includes('node_modules') ? 0 : (await stat(file)).mtimeMs;
  });
  return Math.max(0, ...(await Promise.all(times)));
}
