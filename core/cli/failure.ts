/** With which codes `parley` ends; those above 63 are the ones of sysexits.h. */
export const EXIT = {
  /** It did not work, or something is wrong. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** No gateway, or no database, answers. */
  unavailable: 69,
  /** There is no key, or it may not do this. */
  notAllowed: 77,
  /** The settings are wrong. */
  settings: 78,
  /** Ended by Ctrl+C. */
  interrupted: 130,
} as const;

export type Exit = keyof typeof EXIT;

/** Why a command did not do what it was asked to: a sentence that says the way out. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exit: Exit;

  constructor(exit: Exit, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.exit = exit;
  }
}

/** The failure behind whatever was thrown. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const words = error instanceof Error ? error.message : String(error);
  if (error instanceof Error) {
    if (error.name === 'ConfigProblems') return new CommandFailure('settings', words);
    if (error.name === 'StoreUnavailable')
      return new CommandFailure('unavailable', 'the database cannot be reached; `parley doctor` says more');
    if (error.name === 'FolderTaken') return new CommandFailure('failed', words);
  }
  return new CommandFailure('failed', words, { cause: error });
}
