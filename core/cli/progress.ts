import type { Desk } from './desk';

/** How far a long piece of work is. */
export interface Progress {
  step(done: number, total: number): void;
  end(): void;
}

const WIDTH = 24;
/** Back to the start of the line, and empty it. */
const ANEW = '\r\u001b[K';

/** A bar where somebody can see it move, and nothing elsewhere. */
export function progressAt(desk: Pick<Desk, 'isTerminal' | 'draw'>, what: string): Progress {
  if (!desk.isTerminal) return { step: () => {}, end: () => {} };
  return {
    step: (done, total) => desk.draw(`${ANEW}${bar(done, total)} ${done} of ${total}  ${what}`),
    end: () => desk.draw(ANEW),
  };
}

function bar(done: number, total: number): string {
  const full = total === 0 ? WIDTH : Math.round((WIDTH * done) / total);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
}
