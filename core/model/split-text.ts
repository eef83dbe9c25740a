/** Cuts a text into pieces of at most `maxLength` UTF-16 units that joined give the text again; never inside a character as people see it. */
export function splitText(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const cut = whereToCut(rest, maxLength);
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  if (rest) pieces.push(rest);
  return pieces;
}

// A line or a word that ends in the last fifth makes a better end than the middle of a word.
const LOOK_BACK = 0.2;

function whereToCut(text: string, maxLength: number): number {
  const earliest = Math.floor(maxLength * (1 - LOOK_BACK));
  const head = text.slice(0, maxLength);
  for (const mark of ['\n', ' ']) {
    const at = head.lastIndexOf(mark);
    if (at >= earliest) return at + 1;
  }
  return lastBoundary(text, maxLength);
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const WINDOW = 64;

// Only the neighbourhood of the cut is segmented: long texts stay cheap.
function lastBoundary(text: string, maxLength: number): number {
  const from = Math.max(0, maxLength - WINDOW);
  let boundary = 0;
  for (const { index } of graphemes.segment(text.slice(from, maxLength + WINDOW))) {
    if (from + index > maxLength) break;
    boundary = from + index;
  }
  return boundary > from ? boundary : maxLength - (isHighSurrogate(text, maxLength - 1) ? 1 : 0);
}

// One "character" may be longer than the window (stacked accents): then only code points are kept whole.
function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}
