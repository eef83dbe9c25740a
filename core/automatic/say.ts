import { capabilitiesOf, isLive } from '../channels/registry';
import { type AutomaticKind, markOf } from '../model/automatic';
import { mayRepeat } from '../model/automatic-repeat';
import { type AutomaticRules, automaticRules } from '../model/automatic-rules';
import type { Act, Chat, Route } from '../model/chat';
import type { Part } from '../model/message';
import { Problem } from '../model/problem';
import { filled } from '../model/template';
import { textToHtml } from '../model/text-to-html';
import { appendOutbound } from '../services/append-outbound';
import { holdSaid, putSaid, wasAnsweredSince } from '../store/automatic';
import { lastBefore } from '../store/past';
import { findProfile } from '../store/profiles';
import { findTeam, type Team } from '../store/teams';
import type { Tx } from '../store/tx';
import type { AutomaticContext } from './context';
import { valuesFor } from './values';

/** What is to be said. */
export interface Saying {
  readonly kind: AutomaticKind;
  /** A template. */
  readonly text: string;
  /** What `{{link}}` stands for. */
  readonly link?: string | undefined;
  /** Beside the text. */
  readonly parts?: readonly Part[] | undefined;
}

/** The chat's team with what it says by itself there. */
export interface Speaking {
  readonly team: Team;
  readonly rules: AutomaticRules;
}

export async function speakingIn(tx: Tx, chat: Chat): Promise<Speaking | undefined> {
  const team = await findTeam(tx, chat.spaceId, chat.teamId);
  return team && { team, rules: automaticRules(team, chat.channelId) };
}

/** Says something in a chat that the transaction holds; gives the chat after it, or the same one where nothing was to be said. */
export async function say(
  context: AutomaticContext,
  tx: Tx,
  chat: Chat,
  { saying, speaking, act, isDeliberate = false }: SayOptions,
): Promise<Chat> {
  const { kind, text, link, parts = [] } = saying;
  const { team, rules } = speaking;
  const { route, spaceId } = chat;
  if (!route || (await machineWroteLast(tx, chat, route)) || !(await isKnown(tx, chat))) return chat;
  const saidOn = await holdSaid(tx, { spaceId, route, kind });
  if (!isDeliberate && !(await mayBeSaid(tx, chat, { kind, rules, saidOn, act }))) return chat;
  const words = filled(text, await valuesFor(tx, text, { chat, team, rules, at: act.at, link })).trim();
  if (words === '') return chat;
  const draft = {
    from: { id: team.id, name: team.name },
    parts: [...partsOf(words, canShowHtml(context, route)), ...parts],
    metadata: markOf(kind),
    isAutomatedSend: true,
  };
  try {
    const { chat: after } = await appendOutbound(context, tx, chat, draft, act);
    await putSaid(tx, { route, kind, saidOn: act.at });
    return after;
  } catch (error) {
    // Who cannot be reached, or wants no messages, is left alone.
    if (!(error instanceof Problem)) throw error;
    context.log.debug({ chatId: chat.id, kind, why: error.code }, 'automatic message not sent');
    return chat;
  }
}

export interface SayOptions {
  readonly saying: Saying;
  readonly speaking: Speaking;
  readonly act: Act;
  /** A person wants it now, however often it was said. */
  readonly isDeliberate?: boolean;
}

// RFC 3834 2: never to what a machine wrote.
async function machineWroteLast(tx: Tx, chat: Chat, { accountId }: Route): Promise<boolean> {
  const before = { chatId: chat.id, accountId, sentEventId: chat.lastEventId + 1 };
  return (await lastBefore(tx, before, 'inbound'))?.isAutomatedSend === true;
}

/** Whether their customer was not forgotten since. */
async function isKnown(tx: Tx, { spaceId, customerId }: Chat): Promise<boolean> {
  return (await findProfile(tx, spaceId, customerId)) !== undefined;
}

async function mayBeSaid(
  tx: Tx,
  { spaceId, customerId }: Chat,
  said: {
    readonly kind: AutomaticKind;
    readonly rules: AutomaticRules;
    readonly saidOn: number | undefined;
    readonly act: Act;
  },
): Promise<boolean> {
  const { kind, saidOn, rules, act } = said;
  const isAnswered =
    saidOn !== undefined && (await wasAnsweredSince(tx, { spaceId, customerId, since: saidOn }));
  return mayRepeat(kind, { saidOn, isAnswered, at: act.at, repeatAfterMs: rules.repeatAfterMs });
}

function canShowHtml({ registry }: Pick<AutomaticContext, 'registry'>, route: Route): boolean {
  const runtime = registry.get(route.accountId);
  return isLive(runtime) && capabilitiesOf(runtime).text.html === true;
}

function partsOf(text: string, isHtml: boolean): Part[] {
  const plain = { type: 'text/plain', data: text, size: Buffer.byteLength(text) };
  if (!isHtml) return [plain];
  const html = textToHtml(text);
  return [plain, { type: 'text/html', data: html, size: Buffer.byteLength(html) }];
}
