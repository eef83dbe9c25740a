import type { ConversationPart, ConversationPost } from '../../../plugins/contract/index';
import { isLive, type LiveRuntime } from '../../channels/registry';
import type { Arrival } from '../../inbound/arrival';
import { newId } from '../../model/id';
import type { Part } from '../../model/message';
import { invalid, Problem } from '../../model/problem';
import { messageOfKey, type StoredConversationMessage } from '../../store/conversation-messages';
import { insertMedia, type Media } from '../../store/media';
import { findProfile } from '../../store/profiles';
import { findTeam } from '../../store/teams';
import { together } from '../../store/together';
import type { Tx } from '../../store/tx';
import { holdsFile, keepFiles } from '../keep-files';
import { nameOfCustomer } from '../whose-chats';
import { appendToConversation } from './append';
import { actOf, type ClientActor } from './context';
import { heldSeat, mustBeAllowed, participating, readable } from './conversation-access';
import { withOwnFiles } from './own-files';

/** Where a message came to be. */
export interface Posted {
  readonly id: string;
  readonly eventId: number;
  readonly on: Date;
  readonly isRepeated: boolean;
}

/** Stores what an end user says: in the conversation for the others in it, and in their chat for the business. Both or neither. */
export async function post(
  actor: ClientActor,
  conversationId: string,
  given: ConversationPost,
): Promise<Posted> {
  const { context, account, session } = actor;
  const { store } = context;
  const runtime = await context.registry.find(account.id);
  if (!isLive(runtime)) throw new Problem('unavailable', 'this channel account is being set up');
  const parts = hasFiles(given.parts) ? await withFilesOf(actor, conversationId, given.parts) : given.parts;
  const forChat = await keepFiles(context, account.spaceId, parts);
  const sendKey = given.key === undefined ? undefined : `${session.profileId} ${conversationId} ${given.key}`;
  // Of one person and in one conversation one after the other; what others say elsewhere may share the transaction.
  const touched = [
    nameOfCustomer(account.spaceId, session.profileId),
    `${account.spaceId} in ${conversationId}`,
  ];
  return onceMore(() =>
    store.shared(async (tx) => {
      const { before, name, isNoTeam } = await lookUp(tx, actor, { sendKey, teamId: given.teamId });
      if (before) return postedAs(before, true);
      if (isNoTeam) throw invalid('teamId', `there is no team "${given.teamId}"`);
      const id = newId();
      const act = actOf(actor);
      const said = { id, given, name, at: act.at, conversationId };
      // The chat first, then the conversation: always in this order.
      await intoChat(actor, tx, runtime, { ...said, parts: forChat.parts, files: forChat.files });
      const seat = await heldSeat(tx, actor, conversationId);
      mustBeAllowed(seat, 'canSend');
      if (sendKey !== undefined && (await messageOfKey(tx, account.spaceId, sendKey))) throw new Overtaken();
      const stored = await appendToConversation(context, tx, seat.conversation, {
        ...{ id, from: { id: session.profileId, name }, sentBy: act.by, sentOn: act.at },
        ...{ metadata: given.metadata, parts, alert: given.alert, sendKey },
      });
      return postedAs(stored, false);
    }, touched),
  );
}

const NOTHING = Promise.resolve(undefined);

/** What has to be known of a post before it is stored, in one trip: whether it is there already, who says it, and to whom. */
async function lookUp(
  tx: Tx,
  { account: { spaceId }, session }: ClientActor,
  { sendKey, teamId }: { readonly sendKey: string | undefined; readonly teamId: string | undefined },
) {
  const [before, team, profile] = await together([
    sendKey === undefined ? NOTHING : messageOfKey(tx, spaceId, sendKey),
    teamId === undefined ? NOTHING : findTeam(tx, spaceId, teamId),
    findProfile(tx, spaceId, session.profileId),
  ]);
  return { before, name: profile?.name, isNoTeam: teamId !== undefined && !team };
}

/** What may be a file of ours: it is looked up, and only for somebody who may send. All else is asked when it is stored. */
function hasFiles(parts: readonly ConversationPart[]): boolean {
  return parts.some((part) => part.url !== undefined || holdsFile(part));
}

async function withFilesOf(
  actor: ClientActor,
  conversationId: string,
  parts: readonly ConversationPart[],
): Promise<Part[]> {
  const { context, account } = actor;
  return context.store.read(async (tx) => {
    mustBeAllowed(participating(await readable(tx, actor, conversationId)), 'canSend');
    return withOwnFiles(tx, context.links, { spaceId: account.spaceId, parts });
  });
}

/** The same post was stored by another node while this one waited for the conversation. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Does it again where it was overtaken: what the first one stored is found then. */
async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Overtaken) return work();
    throw error;
  }
}

function postedAs({ id, sentEventId, sentOn }: StoredConversationMessage, isRepeated: boolean): Posted {
  return { id, eventId: sentEventId, on: new Date(sentOn), isRepeated };
}

interface Said {
  readonly id: string;
  readonly given: ConversationPost;
  readonly name: string | undefined;
  readonly at: number;
  readonly conversationId: string;
  readonly parts: readonly Part[];
  readonly files: readonly Media[];
}

async function intoChat(actor: ClientActor, tx: Tx, runtime: LiveRuntime, said: Said): Promise<void> {
  const { context, session } = actor;
  await insertMedia(tx, said.files);
  await context.ingest.appendWithin(tx, [arrivalOf(runtime, session.profileId, said)]);
}

function arrivalOf(runtime: LiveRuntime, party: string, said: Said): Arrival {
  const { id, given, name, at, conversationId, parts } = said;
  const [own = ''] = runtime.names;
  return {
    runtime,
    message: {
      externalId: id,
      address: { own, party, thread: conversationId },
      sender: name === undefined ? {} : { name },
      media: [],
      ...(isRecord(given.metadata) ? { metadata: given.metadata } : {}),
      ...(given.choiceId === undefined ? {} : { choiceId: given.choiceId }),
    },
    ...{ receivedOn: at, id: newId(), parts, media: [] },
    ...(given.teamId === undefined ? {} : { teamId: given.teamId }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
