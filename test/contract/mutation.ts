/** One bug, as an author could make it: in a file of a channel, `find` becomes `replace`. */
export interface Mutation {
  /** The folder of the channel. */
  readonly channel: string;
  readonly bug: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The check of the kit that is there to catch it, or the start of its name. */
  readonly caughtBy: string;
}

/** Makes mutations of a channel, file by file. */
export const mutationsOf =
  (channel: string) =>
  (file: string) =>
  (caughtBy: string, bug: string, find: string, replace: string): Mutation => ({
    ...{ channel, bug, file, find, replace, caughtBy },
  });
