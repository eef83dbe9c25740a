import type { Act, Chat } from '../model/chat';
import { putDue, wasAnswered } from '../store/automatic';
import type { Tx } from '../store/tx';
import type { AutomaticContext } from './context';
import { say, speakingIn } from './say';

/** Says the team's close message in a chat that is about to close, and notes that its customer is to be asked how it was; gives the chat after it. */
export async function sayGoodbye(
  context: AutomaticContext,
  tx: Tx,
  chat: Chat,
  { act, isDeliberate }: { readonly act: Act; readonly isDeliberate: boolean },
): Promise<Chat> {
  const speaking = await speakingIn(tx, chat);
  if (!speaking) return chat;
  const { close: text, satisfaction } = speaking.rules;
  // Nobody is asked how it was who got no answer.
  if (satisfaction && (await wasAnswered(tx, chat.id)))
    await putDue(tx, [
      {
        ...{ spaceId: chat.spaceId, chatId: chat.id, kind: 'satisfaction' },
        ...{ dueOn: act.at + satisfaction.afterMs, madeOn: act.at },
      },
    ]);
  if (text === undefined) return chat;
  return say(context, tx, chat, { saying: { kind: 'close', text }, speaking, act, isDeliberate });
}
