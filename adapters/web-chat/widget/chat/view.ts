import type { Message } from '../model/conversation';
import type { Availability, ChatState, OutOfHours, Person } from '../wire';

/** Whether what happens is heard of at once. */
export type Link = 'idle' | 'connecting' | 'live' | 'lost';

/** Everything that the widget shows, beyond what the account's settings say. */
export interface ChatView {
  readonly isOpen: boolean;
  readonly link: Link;
  readonly messages: readonly Message[];
  /** What to ask for older messages; 0 at the start of the conversation, undefined before the first page. */
  readonly earliest: number | undefined;
  readonly isLoading: boolean;
  readonly chat: ChatState;
  readonly availability: Availability;
  readonly outOfHours: OutOfHours | undefined;
  readonly typing: Person | undefined;
  /** The site has to sign the visitor in. */
  readonly needsSignIn: boolean;
  /** There is an address that answers can go to when they are gone. */
  readonly hasAddress: boolean;
  readonly hasSound: boolean;
  readonly isWelcomeDue: boolean;
}

export const FIRST_VIEW: ChatView = {
  ...{ isOpen: false, link: 'idle', messages: [], earliest: undefined, isLoading: false },
  ...{ chat: { state: 'none' }, availability: 'open', outOfHours: undefined, typing: undefined },
  ...{ needsSignIn: false, hasAddress: false, hasSound: false, isWelcomeDue: false },
};
