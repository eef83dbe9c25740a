import { CUT_MARK } from './reply';

/** A line that a browser would show, with where it starts in the HTML. */
export interface HtmlLine {
  readonly text: string;
  readonly at: number;
}

const BLOCKS = new Set(
  'address blockquote center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody thead tfoot tr ul'.split(
    ' ',
  ),
);
const SPACED = new Set('p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre'.split(' '));
const MOST_LINES = 100_000;

interface Tag {
  readonly name: string;
  readonly isClosing: boolean;
  readonly attributes: string;
  readonly at: number;
}

/** Reads the lines that a browser would show; cites what stands in `blockquote` as mail does, by `> `. */
export class LineReader {
  private readonly lines: HtmlLine[] = [];
  private line = '';
  private start = 0;
  private isFresh = true;
  private quotes = 0;
  private preformatted = 0;
  private link: { href: string; from: number } | undefined;

  text(raw: string, at: number): void {
    const decoded = decode(raw);
    if (this.preformatted > 0) {
      const [first = '', ...more] = decoded.split('\n');
      this.append(first, at);
      for (const next of more) {
        this.breakLine(at);
        this.append(next, at);
      }
      return;
    }
    const words = decoded.replace(/[ \t\r\n\f\u00a0]+/g, ' ');
    this.append(this.isFresh || this.line.endsWith(' ') ? words.trimStart() : words, at);
  }

  tag(tag: Tag): void {
    const { name, isClosing, at } = tag;
    if (name === 'br') this.breakLine(at);
    else if (name === 'a') this.anchor(tag);
    else if (name === 'img') this.image(tag);
    else if ((name === 'td' || name === 'th') && isClosing) this.append(' ', at);
    else if (BLOCKS.has(name)) this.block(tag);
  }

  private block({ name, isClosing, at }: Tag): void {
    this.endLine(at);
    if (SPACED.has(name) && this.lines.at(-1)?.text.trim() !== '') this.push('', at);
    const step = isClosing ? -1 : 1;
    if (name === 'blockquote') this.quotes = Math.max(0, this.quotes + step);
    if (name === 'pre') this.preformatted = Math.max(0, this.preformatted + step);
    if (name === 'li' && !isClosing) this.append('- ', at);
  }

  mark(at: number): void {
    this.endLine(at);
    this.lines.push({ text: CUT_MARK, at });
  }

  end(at: number): readonly HtmlLine[] {
    this.endLine(at);
    return this.lines;
  }

  private anchor({ isClosing, attributes, at }: Tag): void {
    if (!isClosing) {
      const href = /href="([^"]{1,2000})"/i.exec(attributes)?.[1];
      this.link = href === undefined ? undefined : { href: decode(href), from: this.line.length };
      return;
    }
    const { link } = this;
    this.link = undefined;
    if (!link) return;
    const words = this.line.slice(link.from).trim();
    const bare = link.href.replace(/^mailto:|^tel:|^https?:\/\/|\/$/gi, '');
    if (words !== '' && !words.includes(bare) && !/^(?:mailto|tel):/i.test(link.href))
      this.append(` <${link.href}>`, at);
  }

  private image({ attributes, at }: Tag): void {
    const alt = /alt="([^"]{1,200})"/i.exec(attributes)?.[1];
    if (alt !== undefined) this.append(`[${decode(alt)}]`, at);
  }

  private append(words: string, at: number): void {
    if (words === '') return;
    if (this.isFresh) this.start = at;
    this.isFresh = false;
    this.line += words;
  }

  private breakLine(at: number): void {
    if (this.isFresh) this.push('', at);
    else this.endLine(at);
  }

  private endLine(at: number): void {
    if (!this.isFresh) this.push(this.line, this.start);
    this.line = '';
    this.isFresh = true;
    this.start = at;
  }

  private push(words: string, at: number): void {
    if (this.lines.length >= MOST_LINES) return;
    const text = this.quotes > 0 ? `${'>'.repeat(Math.min(this.quotes, 9))} ${words}` : words;
    this.lines.push({ text: this.preformatted > 0 ? text : text.trimEnd(), at });
  }
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

// The sanitizer has decoded everything and encodes these few again.
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
