import { isId } from './id';

/** One piece of one message: what is submitted at most once. */
export interface SendTarget {
  readonly messageId: string;
  /** From 0. */
  readonly piece: number;
}

/** The same for every attempt at one piece of one message, different for any other. */
export function keyOf(target: SendTarget): string {
  return target.piece === 0 ? target.messageId : `${target.messageId}:${target.piece}`;
}

/** What a key names, or undefined when it is none of ours. */
export function targetOf(key: string): SendTarget | undefined {
  const [messageId = '', piece = '0'] = key.split(':');
  return isId(messageId) && /^\d{1,3}$/.test(piece) ? { messageId, piece: Number(piece) } : undefined;
}
