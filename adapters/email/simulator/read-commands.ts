/** A word of a command: an atom, a string, a literal (all as bytes in latin1), or a list of words. */
export type Word = string | readonly Word[];

export interface Command {
  readonly tag: string;
  /** In capitals; `UID FETCH` is one. */
  readonly name: string;
  readonly words: readonly Word[];
}

/** The commands of a connection, in order; `goAhead` asks for a literal. `DONE` has no tag (RFC 2177), so it comes as one. */
export async function* readCommands(
  source: AsyncIterable<Buffer>,
  goAhead: () => void,
): AsyncGenerator<Command> {
  const wire = new Wire(goAhead);
  for await (const chunk of source) {
    wire.push(chunk);
    for (let line = wire.next(); line !== undefined; line = wire.next()) yield commandOf(line);
  }
}

/** What came of a command so far. */
class Wire {
  private readonly goAhead: () => void;
  private waiting = '';
  /** With its literals as quoted strings. */
  private begun = '';
  private literalBytes: number | undefined;

  constructor(goAhead: () => void) {
    this.goAhead = goAhead;
  }

  push(chunk: Buffer): void {
    this.waiting += chunk.toString('latin1');
  }

  /** The next command that is whole. */
  next(): string | undefined {
    while (this.takeLiteral()) {
      const end = this.waiting.indexOf('\r\n');
      if (end === -1) return undefined;
      const line = this.waiting.slice(0, end);
      this.waiting = this.waiting.slice(end + 2);
      // RFC 3501 4.3, and RFC 7888 for those that do not wait
      const literal = /\{(\d+)(\+?)\}$/.exec(line);
      if (!literal) {
        const whole = this.begun + line;
        this.begun = '';
        return whole;
      }
      this.begun += line.slice(0, literal.index);
      this.literalBytes = Number(literal[1]);
      if (literal[2] === '') this.goAhead();
    }
    return undefined;
  }

  /** Whether no literal is waited for any more. */
  private takeLiteral(): boolean {
    if (this.literalBytes === undefined) return true;
    if (this.waiting.length < this.literalBytes) return false;
    this.begun += quoted(this.waiting.slice(0, this.literalBytes));
    this.waiting = this.waiting.slice(this.literalBytes);
    this.literalBytes = undefined;
    return true;
  }
}

function quoted(bytes: string): string {
  return `"${bytes.replace(/["\\]/g, '\\$&')}"`;
}

function commandOf(line: string): Command {
  const [tag = '', first = '', ...rest] = wordsOf(line);
  const name = String(first).toUpperCase();
  if (name !== 'UID') return { tag: String(tag), name, words: rest };
  const [second = '', ...others] = rest;
  return { tag: String(tag), name: `UID ${String(second).toUpperCase()}`, words: others };
}

// An atom may hold a section: BODY.PEEK[HEADER.FIELDS (DATE)]<0.100>
const WORD = /"((?:[^"\\]|\\[\s\S])*)"|([()])|((?:\[[^\]]*\]|[^\s()"[])+)/g;

function wordsOf(line: string): readonly Word[] {
  const top: Word[] = [];
  const open: Word[][] = [top];
  for (const [, string, bracket, atom] of line.matchAll(WORD)) {
    const current = open.at(-1) ?? top;
    if (bracket === '(') {
      const list: Word[] = [];
      current.push(list);
      open.push(list);
    } else if (bracket === ')') {
      if (open.length > 1) open.pop();
    } else current.push(string?.replace(/\\([\s\S])/g, '$1') ?? atom ?? '');
  }
  return top;
}

/** Those of a word that are text, for a list that may come as a single word. */
export function textsOf(word: Word | undefined): readonly string[] {
  if (word === undefined) return [];
  return (typeof word === 'string' ? [word] : word).filter((one) => typeof one === 'string');
}
