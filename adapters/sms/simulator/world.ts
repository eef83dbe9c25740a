import { randomBytes } from 'node:crypto';

/** An account at the simulated Twilio, with all that it owns. */
export interface SimulatedAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Long codes, short codes and alphanumeric senders. */
  readonly numbers: readonly string[];
  /** Messaging services and the numbers in their pools. */
  readonly services?: Readonly<Record<string, readonly string[]>>;
  readonly type?: 'Full' | 'Trial';
  readonly status?: 'active' | 'suspended' | 'closed';
}

export interface SimulatedMedia {
  readonly sid: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** One message as Twilio keeps it; its status moves on. */
export interface SimulatedMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: 'inbound' | 'outbound-api';
  from: string | null;
  readonly to: string;
  readonly body: string;
  /** What was received; of a sent message the addresses are in `mediaUrls`. */
  readonly media: readonly SimulatedMedia[];
  readonly mediaUrls: readonly string[];
  readonly messagingServiceSid: string | null;
  readonly statusCallback: string | undefined;
  readonly createdAt: Date;
  sentAt: Date | null;
  status: string;
  errorCode: number | null;
}

/** All that the simulated Twilio knows. */
export interface World {
  readonly accounts: ReadonlyMap<string, SimulatedAccount>;
  /** Oldest first. */
  readonly messages: SimulatedMessage[];
  readonly bySid: Map<string, SimulatedMessage>;
  readonly media: Map<string, { readonly owner: SimulatedAccount; readonly media: SimulatedMedia }>;
  /** The URL for incoming messages, by number or messaging service. */
  readonly routes: Map<string, Route>;
  /** `number-or-service customer` for each customer that said STOP to it. */
  readonly optedOut: Set<string>;
  newSid(prefix: string): string;
}

export interface Route {
  readonly url: string;
  readonly method: 'POST' | 'GET';
}

export function createWorld(accounts: readonly SimulatedAccount[]): World {
  const run = randomBytes(8).toString('hex');
  let made = 0;
  return {
    accounts: new Map(accounts.map((account) => [account.accountSid, account])),
    messages: [],
    bySid: new Map(),
    media: new Map(),
    routes: new Map(),
    optedOut: new Set(),
    newSid(prefix) {
      made += 1;
      return prefix + run + made.toString(16).padStart(16, '0');
    },
  };
}

/** Files a message by its date, for one that was missed may be older than the last. */
export function addMessage(world: World, message: SimulatedMessage): SimulatedMessage {
  const { messages, bySid } = world;
  let place = messages.length;
  while (place > 0 && (messages[place - 1]?.createdAt ?? message.createdAt) > message.createdAt) place -= 1;
  messages.splice(place, 0, message);
  bySid.set(message.sid, message);
  return message;
}

/** The account that a number belongs to, on its own or in a pool. */
export function ownerOf(world: World, number: string): SimulatedAccount | undefined {
  return [...world.accounts.values()].find((account) => owns(account, number));
}

export function owns(account: SimulatedAccount, number: string): boolean {
  return account.numbers.includes(number) || serviceOf(account, number) !== undefined;
}

/** The messaging service in whose pool a number is. */
export function serviceOf(account: SimulatedAccount, number: string): string | undefined {
  return Object.entries(account.services ?? {}).find(([, pool]) => pool.includes(number))?.[0];
}

/** Moves a message on; the carrier's date comes with `sent`. */
export function setStatus(world: World, message: SimulatedMessage, status: string, errorCode?: number): void {
  message.status = status;
  message.errorCode = errorCode ?? null;
  if (status === 'queued' || status === 'accepted') return;
  message.sentAt ??= new Date();
  const service = message.messagingServiceSid ?? '';
  message.from ??= world.accounts.get(message.accountSid)?.services?.[service]?.[0] ?? null;
}
