import { sayGoodbye } from '../automatic/goodbye';
import { say, speakingIn } from '../automatic/say';
import { chatClosed } from '../events/facts';
import type { AutoComplete } from '../model/assignment-rules';
import { firstAfterMs, quietFrom, quietStep } from '../model/automatic-close';
import { type Act, type Chat, closed } from '../model/chat';
import { updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import {
  completingTeams,
  deleteWarned,
  holdQuiet,
  putWarned,
  quietChats,
  type Warned,
} from '../store/quiet-chats';
import { findTeam } from '../store/teams';
import type { Tx } from '../store/tx';
import { GATEWAY, type TeamsContext } from './context';

const AT_ONCE = 100;

/** Closes chats that nothing happened in for as long as their team says, and warns their customers before. */
export async function closeQuiet(context: TeamsContext): Promise<void> {
  const { store, now } = context;
  for (const { spaceId, teamId, rule } of await store.read(completingTeams)) {
    const at = now();
    const quiet = await store.read((tx) =>
      quietChats(tx, {
        ...{ spaceId, teamId, limit: AT_ONCE },
        untouchedSince: at - firstAfterMs(rule),
        quietSince: at - rule.afterMinutes * 60_000,
      }),
    );
    for (const chat of quiet) await store.transaction((tx) => takeStep(context, tx, chat));
  }
}

async function takeStep(context: TeamsContext, tx: Tx, key: Pick<Chat, 'spaceId' | 'id'>): Promise<void> {
  // Held: what the customer writes now comes either before this, and counts, or after it, and starts a new chat.
  const found = await holdQuiet(tx, key);
  const rule = found && (await findTeam(tx, key.spaceId, found.chat.teamId))?.autoComplete;
  if (!found || !rule) return;
  const act = { by: GATEWAY, at: context.now() };
  const { chat, warned } = found;
  const since = warned?.quietSince ?? chat.updatedOn;
  const step = quietStep(rule, { since, isWarned: warned !== undefined, at: act.at });
  if (step === 'warn') await warn(context, tx, { chat, rule, since }, act);
  else if (step === 'close') await close(context, tx, chat, act);
}

async function warn(
  context: TeamsContext,
  tx: Tx,
  { chat, rule, since }: { readonly chat: Chat; readonly rule: AutoComplete; readonly since: number },
  act: Act,
): Promise<void> {
  const speaking = await speakingIn(tx, chat);
  const saying = { kind: 'warning', text: rule.warning ?? '' } as const;
  const after = speaking ? await say(context, tx, chat, { saying, speaking, act }) : chat;
  // Whoever could not be warned is not waited for.
  const quietSince = after === chat ? since : quietFrom(rule, { since, at: act.at });
  const warned: Warned = { spaceId: chat.spaceId, chatId: chat.id, revision: after.revision, quietSince };
  await putWarned(tx, warned);
}

async function close(context: TeamsContext, tx: Tx, chat: Chat, act: Act): Promise<void> {
  const last = await sayGoodbye(context, tx, chat, { act, isDeliberate: false });
  const after = closed(last, 'inactivity', act);
  await updateChats(tx, [after]);
  await deleteWarned(tx, chat);
  await appendEvents(tx, [chatClosed(after, act, false)]);
}
