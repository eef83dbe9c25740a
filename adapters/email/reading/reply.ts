import {
  isAttribution,
  isDelimiter,
  isFromLine,
  isHeaderLine,
  isRule,
  mayBeginAttribution,
} from './quote-markers';
import { isDeviceLine, withoutSignature } from './signature';

/** A mail's text as its reader wants it: what is new, what is quoted, and what stands below every mail. */
export interface Reply {
  readonly text: string;
  readonly quoted?: string;
  readonly signature?: string;
  /** Where the visible part ends, as a number of lines, when it is the beginning of the text. */
  readonly keptLines?: number;
}

/** Stands in a text where the HTML says that what follows is an older mail. */
export const CUT_MARK = '\u0001parley cut\u0001';

/** Takes a text apart. Costs linear time, whatever the text; what would leave nothing is left as it is. */
export function splitReply(given: string): Reply {
  const lines = given.replace(/\r\n?/g, '\n').split('\n');
  const kinds = kindsOf(lines);
  const kept = visibleRange(lines, kinds);
  const visible = lines.slice(kept.from, kept.to).filter((line) => line !== CUT_MARK);
  const rest = [...lines.slice(0, kept.from), ...lines.slice(kept.to)].filter((line) => line !== CUT_MARK);
  const { text, signature } = withoutSignature(tidy(visible));
  if (text.trim() === '') return { text: tidy(lines.filter((line) => line !== CUT_MARK)) };
  const quoted = tidy(rest);
  return {
    text,
    ...(quoted === '' ? {} : { quoted }),
    ...(signature === undefined ? {} : { signature }),
    ...(kept.from === 0 && kept.to < lines.length ? { keptLines: kept.to } : {}),
  };
}

// Blank lines at both ends, and blanks at the ends of lines, are nobody's intention.
function tidy(lines: readonly string[]): string {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]?.trim() === '') from += 1;
  while (to > from && lines[to - 1]?.trim() === '') to -= 1;
  return lines
    .slice(from, to)
    .map((line) => line.trimEnd())
    .join('\n');
}

/** What a line is, one letter each, so that the shape of a mail is a text too. */
type Kind = 'e' | 't' | 'q' | 'a' | 'h' | 'd' | 'r' | 's';

function kindsOf(lines: readonly string[]): Kind[] {
  const kinds: Kind[] = lines.map((line) => kindOf(line.trim()));
  joinAttributions(lines, kinds);
  return kinds;
}

function kindOf(line: string): Kind {
  if (line === '') return 'e';
  if (line === CUT_MARK || isDelimiter(line)) return 'd';
  if (/^[>|│┃](?!\S*\|)|^&gt;/u.test(line)) return 'q';
  if (isRule(line)) return 'r';
  if (isAttribution(line)) return 'a';
  if (isDeviceLine(line)) return 's';
  if (isHeaderLine(line)) return 'h';
  return 't';
}

const LONGEST_ATTRIBUTION = 4;

// Programs fold "On ... wrote:" at some 76 characters.
function joinAttributions(lines: readonly string[], kinds: Kind[]): void {
  for (let index = 0; index < lines.length; index += 1) {
    if (kinds[index] !== 't' && kinds[index] !== 'h') continue;
    const line = (lines[index] ?? '').trim();
    if (!mayBeginAttribution(line)) continue;
    const length = attributionAt(lines, kinds, index);
    for (let more = 0; more < length; more += 1) kinds[index + more] = 'a';
    if (length > 0) index += length - 1;
  }
}

function attributionAt(lines: readonly string[], kinds: readonly Kind[], start: number): number {
  let words = (lines[start] ?? '').trim();
  for (let length = 2; length <= LONGEST_ATTRIBUTION; length += 1) {
    const next = start + length - 1;
    const kind = kinds[next];
    if (kind === undefined || kind === 'e' || kind === 'd' || kind === 'q') return 0;
    words = `${words} ${(lines[next] ?? '').trim()}`;
    if (isAttribution(words)) return length;
  }
  return 0;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function visibleRange(lines: readonly string[], kinds: readonly Kind[]): Range {
  const whole = { from: 0, to: lines.length };
  const hard = hardCut(lines, kinds);
  if (hard !== undefined && hasText(kinds, 0, hard)) return trimmedEnd(kinds, { from: 0, to: hard });
  if (hard !== undefined) return whole;
  const attribution = kinds.indexOf('a');
  if (attribution >= 0) return aroundAttribution(lines, kinds, attribution);
  return trimmedEnd(kinds, whole);
}

/** The first line of an older mail that is not quoted line by line: a delimiter, or a block of headers. */
function hardCut(lines: readonly string[], kinds: readonly Kind[]): number | undefined {
  for (let index = 0; index < kinds.length; index += 1) {
    const kind = kinds[index];
    if (kind === 'd') return withIntroduction(kinds, index);
    if (kind === 'h' && isHeaderBlock(lines, kinds, index)) return withIntroduction(kinds, index);
  }
  return undefined;
}

// A rule, or "Ann wrote:", right above belongs to what is quoted.
function withIntroduction(kinds: readonly Kind[], index: number): number {
  let start = index;
  while (start > 0) {
    const above = kinds[start - 1];
    if (above !== 'e' && above !== 'r' && above !== 'a') break;
    start -= 1;
  }
  const introduced = kinds.slice(start, index).findIndex((kind) => kind === 'r' || kind === 'a');
  return introduced < 0 ? index : start + introduced;
}

const HEADERS_WITHIN = 12;

// At least three header lines, or two and a rule above, one of which says from whom.
function isHeaderBlock(lines: readonly string[], kinds: readonly Kind[], index: number): boolean {
  let headers = 0;
  let hasFrom = false;
  let gaps = 0;
  for (let next = index; next < Math.min(kinds.length, index + HEADERS_WITHIN); next += 1) {
    const kind = kinds[next];
    if (kind === 'h') {
      headers += 1;
      hasFrom ||= isFromLine((lines[next] ?? '').trim());
      gaps = 0;
    } else gaps += 1;
    if (gaps > 1) break;
  }
  const isIntroduced = kinds.slice(Math.max(0, index - 2), index).some((kind) => kind === 'r');
  return hasFrom && (headers >= 3 || (headers === 2 && (isIntroduced || hasAddressNear(lines, index))));
}

function hasAddressNear(lines: readonly string[], index: number): boolean {
  return /@[\w.-]+\.\w/u.test(lines.slice(index, index + 2).join(' '));
}

const MOST_FOOTER_LINES = 6;

function aroundAttribution(lines: readonly string[], kinds: readonly Kind[], attribution: number): Range {
  const whole = { from: 0, to: lines.length };
  const above = { from: 0, to: attribution };
  const hasAbove = hasText(kinds, 0, attribution);
  const end = endOfAttribution(kinds, attribution);
  const after = shapeOf(kinds, end);
  const isAnsweredBelow = after.includes('q') && after.lastIndexOf('t') > after.indexOf('q');
  if (!isAnsweredBelow) return hasAbove ? trimmedEnd(kinds, above) : whole;
  const isInline = countOf(after, 'q') > 1 && countOf(after, 't') > 1;
  if (hasAbove) {
    const isFooter = !isInline && textLinesAfter(kinds, end) <= MOST_FOOTER_LINES;
    return trimmedEnd(kinds, isFooter && !isGreeting(lines, kinds, attribution) ? above : whole);
  }
  return isInline || after.startsWith('t') ? trimmedEnd(kinds, whole) : belowQuote(kinds, end);
}

function endOfAttribution(kinds: readonly Kind[], start: number): number {
  let end = start;
  while (kinds[end] === 'a') end += 1;
  return end;
}

/** The kinds from a line on without the empty ones, each run as one letter: `qtqt` is a reply between the quotes. */
function shapeOf(kinds: readonly Kind[], from: number): string {
  let shape = '';
  for (let index = from; index < kinds.length; index += 1) {
    const kind = kinds[index];
    const letter = kind === 'q' || kind === 'a' ? 'q' : kind === 't' || kind === 'h' ? 't' : '';
    if (letter !== '' && !shape.endsWith(letter)) shape += letter;
  }
  return shape;
}

function countOf(shape: string, letter: string): number {
  return shape.split(letter).length - 1;
}

function textLinesAfter(kinds: readonly Kind[], from: number): number {
  return kinds.slice(from).filter((kind) => kind === 't' || kind === 'h').length;
}

// Whoever writes below the quotation writes there alone.
function belowQuote(kinds: readonly Kind[], from: number): Range {
  let last = from;
  for (let index = from; index < kinds.length; index += 1) if (kinds[index] === 'q') last = index + 1;
  if (!hasText(kinds, last, kinds.length)) return trimmedEnd(kinds, { from: 0, to: kinds.length });
  return { from: last, to: kinds.length };
}

// "Hi Ann," and then answers between the lines.
function isGreeting(lines: readonly string[], kinds: readonly Kind[], before: number): boolean {
  const words = lines.slice(0, before).filter((_, index) => kinds[index] === 't');
  return words.length === 1 && (words[0] ?? '').trim().length <= 40 && /[,!:]\s*$/u.test(words[0] ?? '');
}

function hasText(kinds: readonly Kind[], from: number, to: number): boolean {
  return kinds.slice(from, to).some((kind) => kind === 't' || kind === 'h');
}

/** Without the quotations, rules and blank lines at its end. */
function trimmedEnd(kinds: readonly Kind[], range: Range): Range {
  if (!hasText(kinds, range.from, range.to)) return range;
  let to = range.to;
  let end = to;
  while (end > range.from && isTail(kinds[end - 1])) {
    end -= 1;
    if (kinds[end] === 'q' || kinds[end] === 'a') to = end;
  }
  while (to > range.from && kinds[to - 1] === 'e') to -= 1;
  return { from: range.from, to };
}

function isTail(kind: Kind | undefined): boolean {
  return kind === 'e' || kind === 'q' || kind === 'a' || kind === 's' || kind === 'r';
}
