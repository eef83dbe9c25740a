/** A text or a message, as a phone shows it. */
export interface Said {
  readonly id: string;
  /** The customer's own. */
  readonly isMine: boolean;
  readonly text: string;
  readonly at: string;
}

/** A mail, as a mail program shows it. */
export interface Mail extends Said {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

/** All that the devices show; the server tells it, the page draws it. */
export interface Shown {
  readonly phone: readonly Said[];
  readonly messenger: readonly Said[];
  readonly mail: readonly Mail[];
}
