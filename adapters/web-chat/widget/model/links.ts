/** A piece of a text: plain, or a link that is safe to follow. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

// An address begins with its scheme or with www; a mail address stands alone. Nothing else becomes a link.
const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+|[\w.+-]{1,64}@[a-z\d-]+(?:\.[a-z\d-]+)+/gi;
const NOT_THE_END = /[.,;:!?'"»”’…]+$/;

/** Cuts a text into what is plain and what is a link. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const found = withoutTail(match[0]);
    const href = hrefOf(found);
    if (href === undefined) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Sentences end after an address, and brackets close that were opened before it. */
function withoutTail(address: string): string {
  let text = address.replace(NOT_THE_END, '');
  for (const [opening, closing] of ['()', '[]', '{}'])
    while (closing && text.endsWith(closing) && count(text, closing) > count(text, opening ?? ''))
      text = text.slice(0, -1).replace(NOT_THE_END, '');
  return text;
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

function hrefOf(text: string): string | undefined {
  const address = text.includes('://') ? text : text.includes('@') ? `mailto:${text}` : `https://${text}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : undefined;
}
