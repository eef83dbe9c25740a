/** The gateway could not keep what the mailbox gave: the mail stays where it is, and is asked for again. */
export class NotStored extends Error {
  override readonly name = 'NotStored';
}
