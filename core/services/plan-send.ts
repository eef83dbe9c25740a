import type { Capabilities, Measure } from '../../plugins/contract/index';
import { capabilitiesOf, isLive, type LiveRuntime } from '../channels/registry';
import { mayLeaveAnyTime, templateIn } from '../model/approved-template';
import type { Chat, Route } from '../model/chat';
import type { Piece } from '../model/fit';
import { iso } from '../model/instant';
import type { Part } from '../model/message';
import { Problem } from '../model/problem';
import { canReplyUntil, longest, windowAt } from '../model/reply-window';
import { fitted, withLinks } from '../outbound/render';
import { hasStopped } from '../store/consent';
import { findAddress } from '../store/profiles';
import { together } from '../store/together';
import type { Tx } from '../store/tx';
import type { Context } from './context';
import { type OtherWay, otherWays } from './other-ways';

/** What would become of a message in this chat: its way and its rendering, or why it cannot be. */
export type SendPlan =
  | {
      readonly allowed: true;
      readonly route: Route;
      readonly pieces: readonly Piece[];
      readonly lost: readonly string[];
      readonly measures: readonly Measure[];
    }
  | { readonly allowed: false; readonly problem: Problem };

/** What planning needs of the gateway. */
export type PlanningContext = Pick<Context, 'registry' | 'links' | 'blobs' | 'now'>;

/** What is to be said, and whether a rule says it. */
export interface Sendable {
  readonly parts: readonly Part[];
  readonly isAutomatedSend: boolean;
}

/** Decides, before anything is stored, whether and how a message can leave. */
export async function planSend(
  context: PlanningContext,
  tx: Tx,
  chat: Chat,
  { parts, isAutomatedSend: isAutomated }: Sendable,
): Promise<SendPlan> {
  const runtime = chat.route && (await context.registry.find(chat.route.accountId, tx));
  if (!chat.route || !isLive(runtime)) return refuse('no-route', whyNoRoute(chat, runtime !== undefined));
  const template = templateIn(parts);
  if (template && 'wrong' in template) return refuse('validation-failed', `parts: ${template.wrong}`);
  const problem = await whyNot(context, tx, { chat, route: chat.route, runtime, isAutomated, parts });
  if (problem) return { allowed: false, problem };
  const { capabilities, measure } = runtime.definition;
  const { pieces, lost } = fitted(withLinks(parts, context), capabilities);
  if (pieces.length === 0)
    return refuse('validation-failed', `parts: nothing of it can be shown on ${chat.channelId}`);
  const measures = measure ? pieces.map((piece) => measure(measurable(piece))) : [];
  return { allowed: true, route: chat.route, pieces, lost, measures };
}

function whyNoRoute(chat: Chat, isKnown: boolean): string {
  if (isKnown) return "the plugin of the chat's channel account is not installed";
  if (chat.route) return "the chat's channel account was deleted; move the chat to another channel";
  return `no address of the customer or no account is known for ${chat.channelId}; give one when moving the chat`;
}

interface Way {
  readonly chat: Chat;
  readonly route: Route;
  readonly runtime: LiveRuntime;
  readonly isAutomated: boolean;
  readonly parts: readonly Part[];
}

async function whyNot(context: PlanningContext, tx: Tx, way: Way): Promise<Problem | undefined> {
  const { chat, route } = way;
  const key = { spaceId: chat.spaceId, channelId: chat.channelId, address: route.address };
  const [address, isStopped] = await together([
    findAddress(tx, key),
    hasStopped(tx, route.accountId, route.address),
  ]);
  if (address?.canReply === false) return new Problem('no-route', 'this sender cannot be answered');
  if (isStopped) return new Problem('opted-out', 'the customer asked for no more messages from this account');
  return outsideWindow(context, tx, way);
}

async function outsideWindow(context: PlanningContext, tx: Tx, way: Way): Promise<Problem | undefined> {
  const { chat, runtime, isAutomated, parts } = way;
  const capabilities = capabilitiesOf(runtime);
  if (mayLeaveAnyTime(parts, capabilities)) return undefined;
  if (chat.lastInboundOn === undefined && !capabilities.canStart)
    return tooLate(await otherWays(context, tx, chat), whoWritesFirst(capabilities));
  if (windowAt(chat, capabilities, { now: context.now(), isAutomated }) !== 'over') return undefined;
  const hours = longest(capabilities, isAutomated);
  const until = canReplyUntil(chat, capabilities);
  return tooLate(
    await otherWays(context, tx, chat),
    `the customer last wrote more than ${hours} hours ago${capabilities.templates ? '; a template may still go' : ''}`,
    until === undefined ? {} : { canReplyUntil: iso(until) },
  );
}

function whoWritesFirst({ templates }: Capabilities): string {
  return `on this channel the customer writes first${templates ? ', or a template does' : ''}`;
}

function tooLate(alternatives: readonly OtherWay[], why: string, more: object = {}): Problem {
  const instead = [...new Set(alternatives.map(({ channelId }) => channelId))].join(', ');
  const detail = instead ? `${why}; they can be reached by ${instead}: move the chat there` : why;
  return new Problem('outside-window', detail, { extra: { ...more, alternatives } });
}

function measurable(piece: Piece) {
  const media = piece.media.map(({ url, mimeType, name }) => ({
    url,
    mimeType,
    name,
    open: () => Promise.reject(new Error('only measured')),
  }));
  return { ...(piece.text === undefined ? {} : { text: piece.text }), media };
}

function refuse(code: 'no-route' | 'validation-failed', detail: string): SendPlan {
  const failures =
    code === 'validation-failed' ? { failures: [{ paramName: 'parts', message: detail }] } : {};
  return { allowed: false, problem: new Problem(code, detail, failures) };
}
