import path from 'node:path';
import type { SiteFile } from '../../plugins/contract/index';

/** The languages that the widget speaks; each is a file that the build makes beside the script. */
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'he', 'it', 'ja', 'nl', 'pl', 'pt', 'tr', 'zh'];

const FOLDER = path.join(__dirname, 'widget');
const MAX_AGE_SECONDS = 300;

/** What the build makes of `widget/`. */
export const widgetFiles: readonly SiteFile[] = [
  fileOf('/widget.js', 'text/javascript; charset=utf-8'),
  ...LANGUAGES.map((code) => fileOf(`/texts/${code}.json`, 'application/json; charset=utf-8')),
];

/** A shop that embeds the widget and, beside it, what the API sees: for trying things out. */
export const demoFiles: readonly SiteFile[] = [
  { ...fileOf('/demo/demo.html', 'text/html; charset=utf-8'), path: '/demo' },
  { ...fileOf('/demo/demo.css', 'text/css; charset=utf-8'), path: '/demo.css' },
  { ...fileOf('/demo/demo.js', 'text/javascript; charset=utf-8'), path: '/demo.js' },
];

function fileOf(at: string, type: string): SiteFile {
  return { path: at, file: path.join(FOLDER, at), type, maxAgeSeconds: MAX_AGE_SECONDS };
}
