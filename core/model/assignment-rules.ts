import type { Strategy } from './assignment';

/** How a team hands out its chats; a team without such rules leaves them in its queue. */
export interface AutoAssign {
  readonly strategy: Strategy;
  /** What a chat of a channel takes of an agent's capacity; 1 where nothing is said. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** The agent of the customer's last chat comes first. */
  readonly lastAgentFirst?: boolean | undefined;
  /** A chat is offered, and goes on to the next agent when it is not accepted in time. */
  readonly acceptWithinSeconds?: number | undefined;
  /** What becomes of the open chats of an agent who is away or offline. */
  readonly absent?: AbsentRule | undefined;
  /** `wait`: outside of the team's working hours nobody is given a chat. */
  readonly outsideHours?: 'assign' | 'wait' | undefined;
  /** Somebody outside who is asked first; these rules stand where it does not say. */
  readonly decider?: Decider | undefined;
}

/** A program of the business's own that says who gets which chat. */
export interface Decider {
  readonly url: string;
  /** Signs what it is asked; sealed. */
  readonly secret: string;
}

/** `keep`: the agent's they stay. */
export type AbsentRule =
  | { readonly chats: 'keep' }
  | { readonly chats: 'requeue'; readonly afterSeconds: number }
  | { readonly chats: 'requeueWhenCustomerWrites' };

/** When a team's chats close by themselves. */
export interface AutoComplete {
  readonly afterMinutes: number;
  /** The customer is told so long before it. */
  readonly warnMinutesBefore?: number | undefined;
  readonly warning?: string | undefined;
}

/** What of an absent agent's chats goes back to the queue at this moment. */
export function isToRequeue(
  rule: AbsentRule | undefined,
  absence: { readonly forMs: number; readonly customerWaits: boolean },
): boolean {
  switch (rule?.chats) {
    case 'requeue':
      return absence.forMs >= rule.afterSeconds * 1000;
    case 'requeueWhenCustomerWrites':
      return absence.customerWaits;
    default:
      return false;
  }
}
