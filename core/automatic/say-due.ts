import type { AutomaticKind } from '../model/automatic';
import { isTooLate } from '../model/automatic-due';
import type { AutomaticRules } from '../model/automatic-rules';
import type { Act, Chat } from '../model/chat';
import { isOpenAt } from '../model/hours';
import type { Instant } from '../model/instant';
import { whoIsThere } from '../services/wait-reason';
import { type DueInChat, dueBy, takeDue, wasAnswered, wasAnsweredSince } from '../store/automatic';
import { lockChat } from '../store/chats';
import { type Store, StoreUnavailable } from '../store/store';
import type { Tx } from '../store/tx';
import { ask } from './ask';
import type { AutomaticContext } from './context';
import { hasEmail, noteEmail } from './note-email';
import { type Speaking, say, speakingIn } from './say';

const AT_ONCE = 100;
const ROUNDS = 10;
const LATELY_MS = 30 * 60_000;
/** In the name of nobody. */
const GATEWAY = 'gateway';

export interface DueContext extends AutomaticContext {
  readonly store: Store;
}

/** Says and does what is due by now. That several nodes do so at the same time is decided by who takes a row away. */
export async function sayDue(context: DueContext): Promise<void> {
  const { store, now, log } = context;
  for (let round = 0; round < ROUNDS; round += 1) {
    const due = await store.read((tx) => dueBy(tx, now(), AT_ONCE));
    for (const one of due)
      await store
        .transaction((tx) => settle(context, tx, one))
        .catch(async (error: unknown) => {
          if (error instanceof StoreUnavailable) throw error;
          // What fails always must not keep the others from being said.
          log.error({ error, chatId: one.chatId, kind: one.kind }, 'automatic message given up');
          await store.transaction((tx) => takeDue(tx, one));
        });
    if (due.length < AT_ONCE) return;
  }
}

async function settle(context: DueContext, tx: Tx, due: DueInChat): Promise<void> {
  // Held first, always; whoever comes second finds the row gone.
  const chat = await lockChat(tx, due.spaceId, due.chatId);
  const act = { by: GATEWAY, at: context.now() };
  if (!(await takeDue(tx, due)) || !chat || chat.deletedOn !== undefined || isTooLate(due, act.at)) return;
  const speaking = await speakingIn(tx, chat);
  if (speaking) await DOES[due.kind](context, tx, { chat, speaking, act });
}

interface Situation {
  readonly chat: Chat;
  readonly speaking: Speaking;
  readonly act: Act;
}

type Do = (context: DueContext, tx: Tx, situation: Situation) => Promise<unknown>;

const DOES: Readonly<Record<DueInChat['kind'], Do>> = {
  welcome: async (context, tx, situation) => {
    const { chat, speaking } = situation;
    // Nobody is welcomed after a person has spoken, nor into an office that has just said that it is closed.
    if (chat.closedOn !== undefined || (await wasAnswered(tx, chat.id))) return;
    if (await isAway(tx, speaking, situation.act.at)) return;
    await sayText(context, tx, situation, 'welcome', speaking.rules.welcome?.text);
  },
  emailRequest: async (context, tx, situation) => {
    const { chat, speaking } = situation;
    if (chat.closedOn !== undefined || (await wasAnswered(tx, chat.id)) || (await hasEmail(tx, chat))) return;
    await sayText(context, tx, situation, 'emailRequest', speaking.rules.emailRequest?.text);
  },
  outOfHours: async (context, tx, situation) => {
    const { chat, speaking, act } = situation;
    if (chat.closedOn !== undefined || !(await isAway(tx, speaking, act.at))) return;
    // Whoever works late is there.
    if (await wasAnsweredSince(tx, { ...chat, since: act.at - LATELY_MS })) return;
    await sayText(context, tx, situation, 'outOfHours', speaking.rules.outOfHours?.text);
  },
  satisfaction: (context, tx, { chat, speaking, act }) => ask(context, tx, chat, { speaking, act }),
  thanks: (context, tx, situation) =>
    sayText(context, tx, situation, 'thanks', situation.speaking.rules.satisfaction?.thanks),
  noteEmail: (context, tx, { chat, act }) => noteEmail(context, tx, chat, act),
};

async function sayText(
  context: DueContext,
  tx: Tx,
  { chat, speaking, act }: Situation,
  kind: AutomaticKind,
  text: string | undefined,
): Promise<void> {
  if (text !== undefined) await say(context, tx, chat, { saying: { kind, text }, speaking, act });
}

/** Whether the team is away now, in the sense of its own rule. */
async function isAway(tx: Tx, { team, rules }: Speaking, at: Instant): Promise<boolean> {
  return rules.outOfHours !== undefined && (await AWAY[rules.outOfHours.when](tx, { team, rules, at }));
}

type IsAway = (
  tx: Tx,
  now: { readonly team: Speaking['team']; readonly rules: AutomaticRules; readonly at: Instant },
) => Promise<boolean>;

const AWAY: Readonly<Record<NonNullable<AutomaticRules['outOfHours']>['when'], IsAway>> = {
  outsideWorkingHours: async (_tx, { rules, at }) => !isOpenAt(rules.hours, at),
  noAgentAvailable: async (tx, { team }) => (await whoIsThere(tx, team)).length === 0,
};
