import { cutHtml, type SafeHtml, safeHtml } from './html';
import { type Reply, splitReply } from './reply';

/** What a mail says, taken apart and harmless. */
export interface Content extends Omit<Reply, 'keptLines'> {
  readonly html?: string;
  readonly isHtmlCut: boolean;
  readonly remoteImages: number;
  readonly notes: readonly string[];
}

const MOST_TEXT = 1_000_000;
const MOST_HTML = 2_000_000;
const DEEPEST = 1_500;

/** Reads the text and the HTML of a mail; the text is there always, made of the HTML where there is no other. */
export function contentOf(givenText: string | undefined, givenHtml: string | undefined): Content {
  const notes: string[] = [];
  const text = shortened(
    givenText ?? '',
    MOST_TEXT,
    'the text is longer than is shown here',
    notes,
  ).replaceAll('\0', '');
  const html = htmlOf(givenHtml, notes);
  const written = splitReply(text);
  if (!html) {
    const bare = text.trim() === '' && givenHtml !== undefined ? splitReply(withoutTags(givenHtml)) : written;
    return { ...partsOf(bare), isHtmlCut: false, remoteImages: 0, notes };
  }
  const shown = splitReply(html.lines.map((line) => line.text).join('\n'));
  const better =
    text.trim() === '' ||
    (written.quoted === undefined && shown.keptLines !== undefined && isSameStart(written, shown));
  const kept = shown.keptLines === undefined ? html.html : cutHtml(html, shown.keptLines);
  return {
    ...partsOf(better ? shown : written),
    ...(kept.trim() === '' ? {} : { html: kept }),
    isHtmlCut: shown.keptLines !== undefined,
    remoteImages: html.remoteImages,
    notes,
  };
}

function partsOf({ keptLines: _, ...reply }: Reply): Omit<Reply, 'keptLines'> {
  return reply;
}

// Only when both are the same words: some senders say "please use another program" in the text.
function isSameStart(written: Reply, shown: Reply): boolean {
  const squeezed = (words: string) => words.replace(/\s+/g, '').slice(0, 60);
  return squeezed(written.text).startsWith(squeezed(shown.text).slice(0, 40));
}

function htmlOf(given: string | undefined, notes: string[]): SafeHtml | undefined {
  if (given === undefined || given.trim() === '') return undefined;
  if (isTooDeep(given)) {
    notes.push('the HTML is nested too deeply to be shown');
    return undefined;
  }
  return safeHtml(
    shortened(given, MOST_HTML, 'the HTML is longer than is shown here', notes).replaceAll('\0', ''),
  );
}

function shortened(text: string, most: number, note: string, notes: string[]): string {
  if (text.length <= most) return text;
  notes.push(note);
  return text.slice(0, most).toWellFormed();
}

// Sanitizing costs the square of the depth: no mail program writes such a thing.
function isTooDeep(html: string): boolean {
  let depth = 0;
  for (const [, closing, tag = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,15})/gi)) {
    if (/^(?:br|img|hr|input|meta|link|p|li|td|tr|th|o|col|wbr|area|base)$/i.test(tag)) continue;
    depth = Math.max(0, depth + (closing === '' ? 1 : -1));
    if (depth > DEEPEST) return true;
  }
  return false;
}

function withoutTags(html: string): string {
  return html
    .slice(0, MOST_HTML)
    .replace(/<(?:br|\/p|\/div|\/tr)[^<>]{0,200}>/gi, '\n')
    .replace(/<[^<>]{0,5000}>/g, '')
    .trim();
}
