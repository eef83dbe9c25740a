import { isRule } from './quote-markers';

/** A text with what its writer's program or habit puts below each mail taken apart. */
export interface Signed {
  readonly text: string;
  readonly signature?: string;
}

const LONGEST_SIGNATURE = 20;

// RFC 3676 4.3: "-- "; many programs lose the blank.
const DELIMITER = /^\s{0,3}(?:--|—|–|__|\*\*)\s{0,3}$/u;
const LONG_DELIMITER = /^\s{0,3}[-—_]{2,24}\s{0,3}$/u;

const DEVICES = [
  /^(?:sent|posted) (?:from|via|with|using|on) (?:my |the |a )?[\p{L}\p{N} .&'’®™()+/-]{2,60}$/iu,
  /^sent with [\p{L}\p{N} ]{2,30}\(?https?:\S+\)?$/iu,
  /^sent from (?:my )?.{2,30} (?:phone|smartphone|iphone|ipad|tablet|mobile|device|app)\b.{0,40}$/iu,
  /^(?:get|download|try) [\p{L}\p{N} ]{2,30}(?: for (?:ios|android|windows|mac))?(?:\s?[<(]?https?:\S*)?$/iu,
  /^sent from (?:outlook|mail|yahoo|proton ?mail|gmail)\b.{0,60}$/iu,
  /^(?:von meinem|gesendet (?:von|mit|über|aus)|diese nachricht wurde von meinem)\b.{0,70}$/iu,
  /^(?:envoyé|envoyée|envoye) (?:de|depuis|à partir de|avec|via)\b.{0,60}$/iu,
  /^(?:enviado|enviada) (?:desde|do|de|a partir|con|com|pelo|via)\b.{0,60}$/iu,
  /^inviato (?:da|dal|con|tramite)\b.{0,60}$/iu,
  /^(?:verzonden|verstuurd) (?:vanaf|met|via|vanuit)\b.{0,60}$/iu,
  /^(?:skickat|sendt|sent) (?:från|fra|via|med)\b.{0,60}$/iu,
  /^lähetetty\b.{0,60}$/iu,
  /^(?:wysłane|wysłano) (?:z|za)\b.{0,60}$/iu,
  /^(?:отправлено|отправлен|надіслано) (?:с|из|з|із|от) .{0,60}$/iu,
  /^(?:发自|從我的|发送自|從|来自|iPhoneから送信|自我的).{0,30}$/u,
  /^odesláno z\b.{0,50}$/iu,
  /^(?:.{2,30})(?:'?dan|'?den|imdan|umdan) gönderildi\.?$/iu,
];

/** Whether a line is what a phone or a program adds by itself. */
export function isDeviceLine(line: string): boolean {
  const words = line.trim().replace(/^[*_>\s]+|[*_]+$/gu, '');
  if (words.length === 0 || words.length > 120 || /[,;!?]/u.test(words.replace(/https?:\S+/u, '')))
    return false;
  return DEVICES.some((pattern) => pattern.test(words));
}

/** Takes the signature off the end of a text; a text that would be empty without it keeps it. */
export function withoutSignature(text: string): Signed {
  const lines = text.split('\n');
  const start = startOfSignature(lines);
  const kept = start === undefined ? '' : lines.slice(0, start).join('\n').trimEnd();
  if (start === undefined || kept.trim() === '') return { text };
  return { text: kept, signature: lines.slice(start).join('\n').trim() };
}

function startOfSignature(lines: readonly string[]): number | undefined {
  const end = lastWritten(lines);
  let start: number | undefined;
  const first = Math.max(0, end - LONGEST_SIGNATURE);
  for (let index = end; index >= first; index -= 1) {
    const line = lines[index] ?? '';
    if (isDelimiterAt(lines, index, end)) start = index;
    else if (isDeviceLine(line) && isEndAfter(lines, index, start)) start = index;
    else if (isDashedName(line) && isEndAfter(lines, index, start)) start = index;
  }
  return start;
}

function isDelimiterAt(lines: readonly string[], index: number, end: number): boolean {
  const line = lines[index] ?? '';
  if (index >= end) return DELIMITER.test(line) && line.trim() === '--';
  if (DELIMITER.test(line)) return true;
  if (isRule(line.trim())) return isListFooter(lines.slice(index + 1, end + 1));
  return LONG_DELIMITER.test(line) && (lines[index - 1] ?? '').trim() === '' && end - index <= 8;
}

// A list's footer: its name, its address, its page.
function isListFooter(below: readonly string[]): boolean {
  return below.length <= 8 && below.some((line) => /@|https?:/u.test(line));
}

// "-Ann", "- Ann Example": a name behind a dash as the last thing said.
function isDashedName(line: string): boolean {
  return /^\s{0,2}[-–—~]\s?\p{Lu}[\p{L}'.-]{1,20}(?:\s\p{Lu}[\p{L}'.-]{0,20}){0,2}\s*$/u.test(line);
}

/** Nothing but the signature found so far and empty lines comes after this line. */
function isEndAfter(lines: readonly string[], index: number, start: number | undefined): boolean {
  for (let next = index + 1; next < (start ?? lines.length); next += 1)
    if ((lines[next] ?? '').trim() !== '') return false;
  return true;
}

function lastWritten(lines: readonly string[]): number {
  let index = lines.length - 1;
  while (index > 0 && (lines[index] ?? '').trim() === '') index -= 1;
  return index;
}
