import type { LeavingRule } from '../../plugins/contract/index';
import type { Log } from '../log';
import type { Act, Chat } from '../model/chat';
import { Problem } from '../model/problem';
import { appendOutbound, type SendingContext } from '../services/append-outbound';
import { moveTo } from '../services/move-chat';
import { type Account, lockAccount } from '../store/accounts';
import { type AwayKey, awayChats, holdAway, insertAwayMove, movedSince } from '../store/away';
import { updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { messagesBefore } from '../store/messages';
import type { Store } from '../store/store';
import { findTeam } from '../store/teams';
import type { Tx } from '../store/tx';
import { summaryOf, unseenIn } from './unseen';

export type AwayContext = SendingContext & { readonly store: Store; readonly log: Log };

const AT_ONCE = 50;
/** So long nobody has written, so that one message holds all of an answer. */
const QUIET_MS = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What was not seen for so long is not sent after anybody. */
const FORGOTTEN_MS = 7 * DAY_MS;
const LOOKED_THROUGH = 200;

/** Moves the chats of an account whose customer is away and has not seen an answer; as many as its rule allows. */
export async function moveAwayOf(
  context: AwayContext,
  { spaceId, id: accountId }: Account,
  rule: LeavingRule,
): Promise<void> {
  const at = context.now();
  const span = { quietSince: at - QUIET_MS, awaySince: at - rule.afterMs, notBefore: at - FORGOTTEN_MS };
  const looked = { spaceId, accountId, channelId: rule.to, ...span };
  const found = await context.store.read((tx) => awayChats(tx, { ...looked, limit: AT_ONCE }));
  for (const id of found)
    try {
      await context.store.transaction((tx) => move(context, tx, { ...looked, id }, rule));
    } catch (error) {
      // Whoever cannot be reached there stays where they are: the address is another's, say, or wants no more mail.
      if (!(error instanceof Problem)) throw error;
      context.log.debug({ chatId: id, reason: error.message }, 'customer who left not followed');
    }
}

async function move(context: AwayContext, tx: Tx, key: AwayKey, rule: LeavingRule): Promise<void> {
  // Held, so that the limits hold however many nodes look.
  const account = await lockAccount(tx, key.spaceId, key.accountId);
  const chat = account && (await holdAway(tx, key));
  if (!chat) return;
  const messages = await messagesBefore(tx, {
    ...{ chatId: chat.id, from: chat.lastEventId, limit: LOOKED_THROUGH },
  });
  const unseen = unseenIn(messages, key.accountId).slice(-rule.mostMessages);
  if (unseen.length === 0) return;
  const act: Act = { by: 'gateway', at: context.now() };
  const { after, event } = await moveTo(context, tx, chat, { channelId: rule.to }, act);
  if (!event || !(await isWithinLimits(tx, after, { key, rule, act }))) return;
  await updateChats(tx, [after]);
  await appendEvents(tx, [event]);
  const team = await findTeam(tx, chat.spaceId, chat.teamId);
  const draft = {
    from: { id: chat.teamId, name: team?.name },
    parts: summaryOf(unseen, rule.intro),
    isAutomatedSend: true,
  };
  await appendOutbound(context, tx, after, draft, act);
}

/** Counts the move, where one more is allowed to this address and of this account. */
async function isWithinLimits(
  tx: Tx,
  { id: chatId, route }: Chat,
  { key, rule, act }: { readonly key: AwayKey; readonly rule: LeavingRule; readonly act: Act },
): Promise<boolean> {
  const { accountId } = key;
  const address = route?.address ?? '';
  const [toAddress, ofAccount] = [
    await movedSince(tx, { address }, act.at - DAY_MS),
    await movedSince(tx, { accountId }, act.at - HOUR_MS),
  ];
  if (toAddress >= rule.mostPerAddress || ofAccount >= rule.mostPerHour) return false;
  await insertAwayMove(tx, { chatId, accountId, address, movedOn: act.at });
  return true;
}
