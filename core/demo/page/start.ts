interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the page is told at its beginning. */
export interface Start {
  readonly apiSpaceId: string;
  readonly token: string;
  /** Account ids by the kind of channel. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly teams: readonly (Named & { readonly agents: readonly string[] })[];
  readonly agents: readonly Named[];
  readonly customers: {
    readonly phone: { readonly name: string; readonly number: string };
    readonly mail: { readonly name: string; readonly address: string };
    readonly messenger: { readonly first: string; readonly last: string };
    readonly app: { readonly name: string };
  };
  readonly shop: { readonly name: string; readonly mailbox: string };
  readonly gatewayUrl: string;
  readonly shopUrl: string;
}

/** The channels by their everyday names. */
export const CHANNELS: Readonly<Record<string, string>> = {
  sms: 'SMS',
  email: 'email',
  fbMessenger: 'Messenger',
  webChat: 'web chat',
  appMessaging: 'the app',
};
