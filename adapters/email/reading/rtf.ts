import { decodeCodepage } from './charset';

/** What an RTF says: HTML where it is packed into it (MS-OXRTFEX), else text. */
export type RtfContent = { readonly html: string } | { readonly text: string };

export function readRtf(rtf: string): RtfContent {
  const isHtml = /\\fromhtml1/.test(rtf.slice(0, 4_096));
  const said = new RtfReader(rtf, isHtml).read();
  return isHtml ? { html: said } : { text: said.replaceAll('\r\n', '\n').trim() };
}

/** What a group begins with and its end takes back. */
interface State {
  readonly isSkipped: boolean;
  /** It is there for readers of RTF only. */
  readonly isRtfOnly: boolean;
  readonly codepage: number;
  /** Characters behind each `\u` for those that do not know it. */
  readonly spare: number;
}

const TOKEN = /\\(?:'([0-9a-f]{2})|([a-z]{1,32})(-?\d{1,10})? ?|([^a-z]))|([{}])|[\r\n]+|([^\\{}\r\n]+)/giy;
const DEEPEST = 500;

const SKIPPED = new Set(
  (
    'colortbl datastore fldinst fonttbl footer footerf footerl footerr footnote generator header headerf headerl ' +
    'headerr info latentstyles listoverridetable listtable mhtmltag object pict rsidtbl stylesheet themedata xmlnstbl'
  ).split(' '),
);
const CHARACTERS: Readonly<Record<string, string>> = {
  ...{ par: '\r\n', line: '\r\n', sect: '\r\n', page: '\r\n', row: '\r\n', tab: '\t', cell: '\t' },
  ...{ lquote: '\u2018', rquote: '\u2019', ldblquote: '\u201c', rdblquote: '\u201d', bullet: '\u2022' },
  ...{ endash: '\u2013', emdash: '\u2014', '~': '\u00a0', _: '-', '\\': '\\', '{': '{', '}': '}' },
};
/** Windows' numbers of character sets, as fonts have them. */
const CODEPAGES: Readonly<Record<number, number>> = {
  ...{ 0: 1252, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258 },
  ...{ 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250 },
};

class RtfReader {
  private readonly rtf: string;
  private readonly isHtml: boolean;
  private state: State = { isSkipped: false, isRtfOnly: false, codepage: 1252, spare: 1 };
  private readonly outer: State[] = [];
  private readonly fonts = new Map<number, number>();
  private font = 0;
  private toSkip = 0;
  private isOptional = false;
  private bytes: number[] = [];
  private said = '';

  constructor(rtf: string, isHtml: boolean) {
    this.rtf = rtf;
    this.isHtml = isHtml;
  }

  read(): string {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(this.rtf); match; match = TOKEN.exec(this.rtf)) {
      this.token(match);
      if (this.outer.length > DEEPEST) break;
    }
    this.flush();
    return this.said.toWellFormed();
  }

  private token([, hex, word, number, symbol, brace, text = '']: RegExpExecArray): void {
    if (hex !== undefined) this.byte(Number.parseInt(hex, 16));
    else if (word !== undefined) this.control(word.toLowerCase(), number);
    else if (symbol !== undefined) this.symbol(symbol);
    else if (brace === '}') this.close();
    else if (brace === undefined) this.text(text);
    else this.outer.push(this.state);
  }

  private close(): void {
    this.flush();
    this.state = this.outer.pop() ?? this.state;
    this.isOptional = false;
  }

  private symbol(symbol: string): void {
    if (symbol === '*') this.isOptional = true;
    else if (symbol === '\r' || symbol === '\n') this.text('\r\n');
    else if (CHARACTERS[symbol] !== undefined) this.text(CHARACTERS[symbol]);
  }

  private control(word: string, number: string | undefined): void {
    const value = number === undefined ? undefined : Number(number);
    const isOptional = this.isOptional;
    this.isOptional = false;
    if (word === 'u') this.unicode(value ?? 0);
    else if (word === 'bin') TOKEN.lastIndex += Math.max(0, value ?? 0);
    else if (CHARACTERS[word] !== undefined) this.text(CHARACTERS[word]);
    else this.change(word, value, isOptional);
  }

  private change(word: string, value: number | undefined, isOptional: boolean): void {
    if (word === 'f') this.font = value ?? 0;
    if (word === 'fcharset') this.fonts.set(this.font, CODEPAGES[value ?? 0] ?? this.state.codepage);
    const changed = changeOf(word, value, { isOptional, fonts: this.fonts });
    if (!changed) return;
    this.flush();
    this.state = { ...this.state, ...changed };
  }

  private unicode(value: number): void {
    this.flush();
    this.add(String.fromCharCode(value & 0xffff));
    this.toSkip = this.state.spare;
  }

  private byte(byte: number): void {
    if (this.toSkip > 0) this.toSkip -= 1;
    else this.bytes.push(byte);
  }

  private text(text: string): void {
    const rest = text.slice(this.toSkip);
    this.toSkip = Math.max(0, this.toSkip - text.length);
    if (rest === '') return;
    // The second byte of a character may stand there as itself.
    if (this.bytes.length === 0 && !/[\u0080-\u00ff]/.test(rest)) this.add(rest);
    else for (const byte of Buffer.from(rest, 'latin1')) this.bytes.push(byte);
  }

  private flush(): void {
    if (this.bytes.length === 0) return;
    this.add(decodeCodepage(Uint8Array.from(this.bytes), this.state.codepage));
    this.bytes = [];
  }

  private add(text: string): void {
    const { isSkipped, isRtfOnly } = this.state;
    if (!isSkipped && !(this.isHtml && isRtfOnly)) this.said += text;
  }
}

interface Around {
  readonly isOptional: boolean;
  readonly fonts: ReadonlyMap<number, number>;
}

/** What a control word changes until its group ends. */
function changeOf(word: string, value: number | undefined, around: Around): Partial<State> | undefined {
  switch (word) {
    case 'htmltag':
      return { isSkipped: false, isRtfOnly: false };
    case 'htmlrtf':
      return { isRtfOnly: value !== 0 };
    case 'ansicpg':
      return value === undefined ? undefined : { codepage: value };
    case 'uc':
      return { spare: value ?? 1 };
    case 'f':
    case 'plain': {
      const codepage = around.fonts.get(value ?? 0);
      return codepage === undefined ? undefined : { codepage };
    }
    default:
      // RTF 1.9.1: who does not know an optional group passes over it.
      return SKIPPED.has(word) || around.isOptional ? { isSkipped: true } : undefined;
  }
}
