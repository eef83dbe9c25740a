import { setTimeout as pause } from 'node:timers/promises';
import type { Caller, WebhookReply } from './post';
import { type Fields, type SignedRequest, signedRequest } from './sign';
import { type SimulatedMessage, setStatus, type World } from './world';

/** The callbacks that follow a message by themselves. */
export interface CallbackPlan {
  /** By default queued, sent, delivered. */
  readonly states?: readonly string[];
  readonly order?: 'in_order' | 'shuffled';
  /** How often each is repeated (1). */
  readonly times?: number;
  /** Before each one (0). */
  readonly delayMs?: number;
  /** False: the message moves on, and nobody is told. */
  readonly tells?: boolean;
  /** Twilio does not promise to answer the request first. */
  readonly when?: 'after_answer' | 'before_answer';
}

const USUAL = ['queued', 'sent', 'delivered'];

/** The form of one status callback; the message's own status is not touched. */
export function callbackFields(message: SimulatedMessage, status: string, errorCode?: number): Fields {
  return {
    SmsSid: message.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    MessageSid: message.sid,
    AccountSid: message.accountSid,
    ...(message.from && { From: message.from }),
    ...(message.messagingServiceSid && { MessagingServiceSid: message.messagingServiceSid }),
    ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
    ApiVersion: '2010-04-01',
  };
}

/** A signed callback for a message that asked for one. */
export function callbackRequest(
  world: World,
  message: SimulatedMessage,
  outcome: { readonly status: string; readonly errorCode?: number | undefined },
): SignedRequest {
  const token = world.accounts.get(message.accountSid)?.authToken ?? '';
  if (message.statusCallback === undefined) throw new Error(`${message.sid} asked for no callbacks`);
  return signedRequest(
    token,
    message.statusCallback,
    callbackFields(message, outcome.status, outcome.errorCode),
  );
}

/** Moves a message through the plan's states and tells whoever asked. */
export async function followPlan(
  world: World,
  caller: Caller,
  message: SimulatedMessage,
  plan: CallbackPlan & { readonly errorCode?: number; readonly signal: AbortSignal },
): Promise<readonly WebhookReply[]> {
  const replies: WebhookReply[] = [];
  for (const { status, moves } of stepsOf(plan)) {
    if (plan.delayMs) await pause(plan.delayMs, undefined, { signal: plan.signal });
    if (plan.signal.aborted) break;
    const errorCode = FAILED.has(status) ? plan.errorCode : undefined;
    if (moves) setStatus(world, message, status, errorCode);
    if (message.statusCallback !== undefined && plan.tells !== false)
      replies.push(await caller.call(callbackRequest(world, message, { status, errorCode })));
  }
  return replies;
}

interface Step {
  readonly status: string;
  /** False for a callback that comes late: the message is past that state. */
  readonly moves: boolean;
}

function stepsOf({ states = USUAL, order, times = 1 }: CallbackPlan): readonly Step[] {
  const told = states.flatMap((status) => new Array<string>(times).fill(status));
  if (order !== 'shuffled') return told.map((status) => ({ status, moves: true }));
  const last = states.at(-1);
  return shuffled(told).map((status) => ({ status, moves: status === last }));
}

const FAILED = new Set(['failed', 'undelivered']);

function shuffled<T>(items: readonly T[]): readonly T[] {
  const rest = [...items];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(Math.random() * rest.length), 1));
  return order;
}
