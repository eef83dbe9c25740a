import type { RatingLinks } from '../automatic/rating-links';
import type { TeamRules } from '../automatic/team-rules';
import type { Health } from '../channels/health';
import type { Registry } from '../channels/registry';
import type { Vault } from '../channels/secrets';
import type { Egress } from '../egress/egress';
import type { Feed } from '../events/feed';
import type { Ingest } from '../inbound/ingest';
import type { Log } from '../log';
import type { Blobs } from '../media/blobs';
import type { MediaLinks } from '../media/links';
import type { Chat } from '../model/chat';
import type { Instant } from '../model/instant';
import type { Message, StatusMark } from '../model/message';
import type { Account } from '../store/accounts';
import type { Lane } from '../store/outbox';
import type { Store } from '../store/store';
import type { Tx } from '../store/tx';
import type { WhoseChats } from './whose-chats';

/** What the use cases need of the gateway. */
export interface Context {
  readonly store: Store;
  readonly registry: Registry;
  readonly health: Health;
  readonly vault: Vault;
  readonly ingest: Ingest;
  readonly blobs: Blobs;
  readonly links: MediaLinks;
  readonly ratingLinks: RatingLinks;
  /** What teams say by themselves. */
  readonly teamRules: TeamRules;
  readonly log: Log;
  readonly now: () => Instant;
  /** Something may be due in a lane. */
  readonly wake: (lane: Lane) => void;
  /** A message of this account left, or is where it belongs. */
  readonly onSent: (account: Account) => void;
  readonly whoseChats: WhoseChats;
  readonly feed: Feed;
  /** Calls URLs that tenants gave. */
  readonly egress: Egress;
  /** A web hook was made, changed or deleted, or is to deliver something again. */
  readonly onWebhook: () => void;
  /** An agent got or read what a customer wrote; part of the same transaction. The chat and the message are held. */
  readonly onSeen: (tx: Tx, seen: SeenByAgent) => Promise<void>;
  /** A token changed: whoever keeps it in memory forgets it. */
  readonly onToken: () => void;
  /** What agents may see changed: whoever keeps that in memory forgets it. */
  readonly onMembers: () => void;
}

/** Who saw which message of a customer. */
export interface SeenByAgent {
  readonly chat: Chat;
  readonly message: Message;
  readonly agentId: string;
  readonly mark: StatusMark;
}
