import type { Choice, Person, WireMessage, WirePart } from '../wire';

/** How far a message has come: one of the visitor's own on its way to us, or an answer that they have seen. */
export type Progress = 'refused' | 'waiting' | 'sending' | 'sent' | 'delivered' | 'read';

/** A file that is on its way up, or there. */
export interface Attachment {
  readonly name: string;
  readonly type: string;
  readonly size?: number;
  /** Where it can be had, once it is up. */
  readonly url?: string;
  /** What the visitor chose, while it is only here. */
  readonly blob?: File;
  /** From 0 to 1, while it is going up. */
  readonly done?: number;
}

export interface Message {
  /** The gateway's id; before it has one, the widget's own reference. */
  readonly id: string;
  readonly ref?: string;
  /** Undefined until the gateway has numbered it. */
  readonly number?: number;
  readonly isOwn: boolean;
  readonly from: Person;
  readonly text: string;
  readonly files: readonly Attachment[];
  /** What the visitor may choose from. */
  readonly choices?: readonly Choice[] | undefined;
  /** What they chose with it. */
  readonly choiceId?: string | undefined;
  readonly sentOnMs: number;
  readonly progress: Progress;
  /** Why it was refused. */
  readonly reason?: string;
}

const STEPS: readonly Progress[] = ['refused', 'waiting', 'sending', 'sent', 'delivered', 'read'];

/** The messages with those that the gateway told of, each of them once, in its order; what is not yet numbered is last. */
export function merged(
  messages: readonly Message[],
  told: readonly WireMessage[],
  ownId: string,
): readonly Message[] {
  const incoming = told.map((one) => fromWire(one, ownId));
  const isSame = (old: Message, one: Message) =>
    one.id === old.id || (one.ref !== undefined && one.ref === old.ref);
  const kept = messages.filter((old) => !incoming.some((one) => isSame(old, one)));
  const known = incoming.map((one) => furthest(one, messages.find((old) => isSame(old, one))?.progress));
  return [...kept, ...known].sort((a, b) => position(a) - position(b) || a.sentOnMs - b.sentOnMs);
}

/** The messages after a receipt; a late one never moves a message back. */
export function withProgress(
  messages: readonly Message[],
  ids: readonly string[],
  progress: Progress,
): readonly Message[] {
  return messages.map((message) => (ids.includes(message.id) ? furthest(message, progress) : message));
}

/** The messages with one of the visitor's own changed. */
export function withChange(
  messages: readonly Message[],
  ref: string,
  change: Partial<Message>,
): readonly Message[] {
  return messages.map((message) => (message.ref === ref ? { ...message, ...change } : message));
}

/** By what the choice from a message is known. It is the same in every tab, so that one is taken, once. */
export function choiceRef({ id }: Pick<Message, 'id'>): string {
  return `choice.${id}`;
}

/** The id of the choice from a message that was taken: as the gateway says it, or as the visitor has just done. */
export function chosenFrom(message: Message, messages: readonly Message[]): string | undefined {
  const told = message.choices?.find(({ isChosen }) => isChosen);
  return told?.id ?? messages.find(({ ref }) => ref === choiceRef(message))?.choiceId;
}

/** The answers that the visitor has not read. */
export function unreadOf(messages: readonly Message[]): readonly Message[] {
  return messages.filter(({ isOwn, progress }) => !isOwn && progress !== 'read');
}

function fromWire(told: WireMessage, ownId: string): Message {
  const { id, ref, number, from, on, parts, status, choices, choiceId } = told;
  const isOwn = from.id === ownId;
  return {
    ...{ id, number, from, isOwn, choices, choiceId },
    ...(ref === undefined ? {} : { ref }),
    text: parts.flatMap((part) => (part.url === undefined ? [part.data ?? ''] : [])).join('\n'),
    files: parts.flatMap((part) => (part.url === undefined ? [] : [attached(part)])),
    sentOnMs: Date.parse(on),
    progress: STEPS.find((step) => step === status) ?? 'sent',
  };
}

function attached({ name, type, size, url }: WirePart): Attachment {
  return {
    type,
    name: name ?? '',
    ...(size === undefined ? {} : { size }),
    ...(url === undefined ? {} : { url }),
  };
}

function furthest(message: Message, progress: Progress = 'refused'): Message {
  return STEPS.indexOf(progress) > STEPS.indexOf(message.progress) ? { ...message, progress } : message;
}

function position({ number }: Message): number {
  return number ?? Number.MAX_SAFE_INTEGER;
}
