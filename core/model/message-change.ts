import type { MessageChange } from '../../plugins/contract/index';
import type { Instant } from './instant';
import { type Changes, type Message, type Part, type Reaction, UNSENT_TYPE } from './message';

/** The message after a change; undefined when the change says nothing new, or comes too late. */
export function withChange(
  message: Message,
  what: MessageChange['what'],
  who: { readonly by: string; readonly at: Instant },
): Message | undefined {
  if (message.changes?.unsentOn !== undefined) return undefined;
  const change = changeOf(message, what, who);
  return change && { ...message, revision: message.revision + 1, ...change };
}

type Change = Partial<Pick<Message, 'parts' | 'metadata' | 'changes'>>;

function changeOf(
  message: Message,
  what: MessageChange['what'],
  { by, at }: { readonly by: string; readonly at: Instant },
): Change | undefined {
  switch (what.is) {
    case 'reaction':
      return reacted(message.changes ?? {}, by, { emoji: what.emoji, on: at });
    case 'edit':
      return edited(message, what.text, at);
    case 'unsend':
      return {
        metadata: undefined,
        parts: [{ type: UNSENT_TYPE, data: '', size: 0 }],
        changes: { unsentOn: at },
      };
    default:
      return never(what);
  }
}

function reacted(changes: Changes, by: string, reaction: Reaction): Change | undefined {
  const before = changes.reactions?.[by];
  const isOld = before !== undefined && before.on > reaction.on;
  if (isOld || before?.emoji === reaction.emoji) return undefined;
  return { changes: { ...changes, reactions: { ...changes.reactions, [by]: reaction } } };
}

function edited(message: Message, text: string, at: Instant): Change | undefined {
  const { changes = {}, parts } = message;
  const isOld = changes.editedOn !== undefined && changes.editedOn >= at;
  if (isOld || parts.find(isText)?.data === text) return undefined;
  return { parts: withText(parts, text), changes: { ...changes, editedOn: at } };
}

const isText = (part: Part): boolean => part.type === 'text/plain';

function withText(parts: readonly Part[], text: string): Part[] {
  const words: Part = { type: 'text/plain', data: text, size: Buffer.byteLength(text) };
  const at = parts.findIndex(isText);
  const rest = parts.filter((part) => !isText(part));
  return rest.toSpliced(Math.max(at, 0), 0, words);
}

function never(what: never): never {
  throw new Error(`an adapter gave a change of an unknown kind: ${JSON.stringify(what)}`);
}
