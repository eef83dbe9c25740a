import path from 'node:path';
import type { Config } from '../config/load';
import { type Loaded, loadPlugins } from '../plugins/host/load';

/** The folder of the built product; plugins, built-in ones too, are found from here. */
const HOME = path.resolve(__dirname, '..');
const BUILT_IN = [
  './adapters/email/index.js',
  './adapters/sms/index.js',
  './adapters/facebook/index.js',
  './adapters/app-messaging/index.js',
  './adapters/web-chat/index.js',
];

/** Where the plugins of this installation are, beside the built-in channels. */
export function placesOf(config: Pick<Config, 'plugins'>) {
  return { root: HOME, listed: config.plugins, dropIn: path.resolve('plugins', 'local') };
}

/** The channels of this installation: built-in, listed, and dropped in; with those that were refused. */
export function loadInstalled(config: Pick<Config, 'plugins'>): Promise<Loaded> {
  const places = placesOf(config);
  return loadPlugins({ ...places, listed: [...BUILT_IN, ...places.listed] });
}
