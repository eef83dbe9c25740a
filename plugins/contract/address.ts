/** `own` is our number, page or mailbox, `party` the customer; both in canonical form. */
export interface Address {
  readonly own: string;
  readonly party: string;
  readonly thread?: string;
}
