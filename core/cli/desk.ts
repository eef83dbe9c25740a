import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailure } from './failure';

/** Where a command meets whoever runs it: answers go to standard output, everything that is said beside them does not. */
export interface Desk {
  /** A person sits there, who can see a bar move. */
  readonly isTerminal: boolean;
  /** The result of a command. */
  print(text: string): void;
  /** Something for a person. */
  say(text: string): void;
  /** As it is: a bar that moves. */
  draw(text: string): void;
  /** A line of what is typed or piped in; a secret is not shown while it is typed. */
  ask(question: string, how?: { readonly isSecret?: boolean }): Promise<string>;
  /** All that is piped in. */
  readAll(): Promise<string>;
  /** Aborts when the person presses Ctrl+C. */
  readonly signal: AbortSignal;
  close(): void;
}

/** The desk of this process. */
export function openDesk(): Desk {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  // A second Ctrl+C ends the process at once.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  const lines = new Lines(stop);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  return {
    isTerminal: process.stderr.isTTY === true,
    signal: stopping.signal,
    print: (text) => void process.stdout.write(`${text}\n`),
    say,
    draw: (text) => void process.stderr.write(text),
    ask: (question, { isSecret = false } = {}) => lines.next(question, { isSecret, signal: stopping.signal }),
    readAll,
    close() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
      lines.close();
    },
  };
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

interface Asking {
  readonly isSecret: boolean;
  readonly signal: AbortSignal;
}

/** Lines of standard input, one for each question. */
class Lines {
  private readonly onInterrupt: () => void;
  private input: { readonly editor: Interface; readonly lines: AsyncIterator<string> } | undefined;
  private isHidden = false;

  constructor(onInterrupt: () => void) {
    this.onInterrupt = onInterrupt;
  }

  async next(question: string, { isSecret, signal }: Asking): Promise<string> {
    this.input ??= await this.open();
    const { editor, lines } = this.input;
    editor.setPrompt(`${question}: `);
    editor.prompt();
    this.isHidden = isSecret;
    try {
      const { value, done } = await nextLine(lines, signal);
      if (done) throw new CommandFailure('failed', 'the input ended before all questions were answered');
      return value;
    } finally {
      this.isHidden = false;
      if (isSecret && process.stdin.isTTY) process.stderr.write('\n');
    }
  }

  close(): void {
    this.input?.editor.close();
  }

  private async open() {
    const { createInterface } = await import('node:readline');
    const shown = new Writable({
      write: (chunk, _encoding, done) => {
        if (!this.isHidden) process.stderr.write(chunk);
        done();
      },
    });
    const editor = createInterface({
      input: process.stdin,
      output: shown,
      terminal: process.stdin.isTTY === true,
      historySize: 0,
    });
    editor.on('SIGINT', this.onInterrupt);
    return { editor, lines: editor[Symbol.asyncIterator]() };
  }
}

/** The next line, or a failure when somebody presses Ctrl+C first. */
function nextLine(lines: AsyncIterator<string>, signal: AbortSignal): Promise<IteratorResult<string>> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CommandFailure('interrupted', 'interrupted'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    lines
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
