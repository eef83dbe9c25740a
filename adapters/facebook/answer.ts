/** What came back from Meta, read as far as it can be. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed where it is JSON; a text otherwise. */
  readonly body: unknown;
}
