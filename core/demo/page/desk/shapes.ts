/** What the public API gives, as far as the desk looks at it. */
export interface Chat {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  readonly agentId?: string;
  readonly channelId: string;
  readonly status: 'new' | 'replied' | 'closed';
  readonly route?: { readonly accountId: string; readonly address: string };
  readonly lastMessage?: { readonly sentOn: string };
  readonly _createdOn: string;
}

export interface Message {
  readonly id: string;
  readonly context: {
    readonly from: { readonly id: string; readonly name?: string };
    readonly direction: 'inbound' | 'outbound';
    readonly sentOn: string;
  };
  readonly parts: readonly { readonly type: string; readonly data?: string; readonly name?: string }[];
  readonly channelId: string;
  readonly status: string;
  readonly failure?: { readonly reason?: string; readonly code?: string };
}

/** A message with what was tried. */
export interface History {
  readonly status: string;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly outcome: string;
    readonly kind?: string;
    readonly reason?: string;
    readonly detail?: string;
  }[];
  readonly nextAttemptOn?: string;
}

export interface Account {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly teamId: string;
  readonly health: {
    readonly state: string;
    readonly isPaused: boolean;
    readonly lastError?: { readonly message: string; readonly setting?: string };
  };
}

/** An event of the stream. */
export interface Happening {
  readonly seq: number;
  readonly name: string;
  readonly timestamp: string;
  // biome-ignore lint/suspicious/noExplicitAny: each name has its own shape, and what is missing is shown as missing
  readonly payload: any;
}
