/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** `note` is worth knowing, `warning` will hurt one day, `failure` hurts now. */
  readonly state: 'ok' | 'note' | 'warning' | 'failure';
  readonly message: string;
  /** What to do about it. */
  readonly wayOut?: string;
}

export function fine(check: string, message: string): Finding {
  return { check, state: 'ok', message };
}

/** Something that is not as it should be. */
export function found(check: string, state: Exclude<Finding['state'], 'ok'>) {
  return (message: string, wayOut?: string): Finding => ({
    ...{ check, state, message },
    ...(wayOut === undefined ? {} : { wayOut }),
  });
}

const MARKS = { ok: 'ok  ', note: 'note', warning: 'warn', failure: 'FAIL' } as const;

/** On one line, with the way out. */
export function inWords({ check, state, message, wayOut }: Finding): string {
  return `${MARKS[state]}  ${check}: ${message}${wayOut === undefined ? '' : `; ${wayOut}`}`;
}
