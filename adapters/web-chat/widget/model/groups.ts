import type { Message } from './conversation';

/** Messages of one person that follow each other closely: shown under one name and one time. */
export interface Group {
  readonly key: string;
  readonly messages: readonly [Message, ...Message[]];
}

/** One day of the conversation. */
export interface Day {
  readonly startMs: number;
  readonly groups: readonly Group[];
}

const CLOSELY_MS = 5 * 60_000;

/** The conversation as it is shown: days, and in each the groups. Days are those of the visitor's clock. */
export function daysOf(messages: readonly Message[]): readonly Day[] {
  const days: { readonly startMs: number; readonly groups: Group[] }[] = [];
  for (const message of messages) {
    const startMs = startOfDay(message.sentOnMs);
    let day = days.at(-1);
    // Clocks differ a little: a message never opens a day that is before the last one.
    if (!day || startMs > day.startMs) {
      day = { startMs, groups: [] };
      days.push(day);
    }
    add(message, day.groups);
  }
  return days;
}

function add(message: Message, groups: Group[]): void {
  const group = groups.at(-1);
  if (group && belongs(message, group))
    groups[groups.length - 1] = { ...group, messages: [...group.messages, message] };
  else groups.push({ key: message.ref ?? message.id, messages: [message] });
}

function belongs(message: Message, { messages }: Group): boolean {
  const last = messages.at(-1) ?? messages[0];
  const isOfOne = message.isOwn
    ? last.isOwn
    : message.from.id === last.from.id && message.from.name === last.from.name;
  return isOfOne && message.sentOnMs - last.sentOnMs < CLOSELY_MS;
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
