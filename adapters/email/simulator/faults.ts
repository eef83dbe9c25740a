/** What can go wrong with the pretend mail server. */
export type MailFault =
  /** The password is another one, at both servers. */
  | 'bad_credentials'
  | 'rate_limited'
  | 'no_such_customer'
  /** It takes a mail, and never says so. */
  | 'silent_after_accept';

/** Faults that wait for what they hit. */
export interface MailFaults {
  add(fault: MailFault, times: number): void;
  has(fault: MailFault): boolean;
  /** Whether it hits now; then it has once less to go. */
  take(fault: MailFault): boolean;
  clear(): void;
}

export function createMailFaults(): MailFaults {
  const left = new Map<MailFault, number>();
  const has = (fault: MailFault) => (left.get(fault) ?? 0) > 0;
  return {
    add: (fault, times) => void left.set(fault, times),
    has,
    take(fault) {
      if (!has(fault)) return false;
      left.set(fault, (left.get(fault) ?? 0) - 1);
      return true;
    },
    clear: () => left.clear(),
  };
}
