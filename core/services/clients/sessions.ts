import type {
  ClientClaim,
  ClientDevice,
  ClientSession,
  PushRegistration,
} from '../../../plugins/contract/index';
import type { Bus } from '../../bus/bus';
import { newId } from '../../model/id';
import type { Instant } from '../../model/instant';
import { plainText } from '../../model/plain-text';
import { Problem } from '../../model/problem';
import { findAgent, lockAgent } from '../../store/agents';
import {
  endOtherSessions,
  endSession,
  findSession,
  insertSession,
  type StoredSession,
  setSessionPush,
  useChallenge,
} from '../../store/client-sessions';
import { madeNow } from '../../store/made';
import { insertAddress, lockProfile } from '../../store/profiles';
import type { Store } from '../../store/store';
import { insertToken, revokeToken, type Token, tokenByHash } from '../../store/tokens';
import type { Tx } from '../../store/tx';
import { addProfile } from '../add-profile';
import { hashOf } from '../tokens';
import { type ClientAccount, type ClientsContext, clientSession, SESSIONS_TOPIC } from './context';
import type { SessionTokens } from './session-tokens';

const SESSION_MS = 7 * 24 * 3_600_000;

interface SessionWish {
  readonly challengeId?: string;
  readonly claim: ClientClaim;
  readonly device: ClientDevice;
  readonly sourceAddress: string;
  readonly push?: PushRegistration;
  readonly lifetimeMs?: number;
  readonly takesDevice?: boolean;
}

/** Opens a session for whoever is proven; a 403 when the challenge that they answered is over or was answered before. */
export async function open(
  context: ClientsContext,
  account: ClientAccount,
  wish: SessionWish,
): Promise<{ token: string; session: ClientSession }> {
  const { store, sessionTokens } = context;
  const at = context.now();
  const opened = await store.transaction(async (tx) => {
    if (wish.challengeId !== undefined) await useUp(context, tx, account.spaceId, wish.challengeId);
    const agent =
      'agentToken' in wish.claim ? await agentOf(tx, account, wish.claim.agentToken, at) : undefined;
    const session = sessionFor(account, wish, { agent, at });
    if (!agent) await meet(context, tx, account, session.profileId);
    await insertSession(tx, session);
    if (wish.takesDevice) await endOthersOn(context, tx, session);
    const { spaceId, id: sessionId, expiresOn } = session;
    const token = sessionTokens.sign({ spaceId, sessionId, expiresOn });
    // With this the rest of the API knows the agent too.
    if (agent) {
      const own = { id: sessionId, hash: hashOf(token), createdOn: at, expiresOn };
      await insertToken(tx, { ...agent, ...own });
    }
    return { token, session };
  });
  return { token: opened.token, session: clientSession(opened.session) };
}

function sessionFor(
  { spaceId, id: accountId }: ClientAccount,
  { claim, device, push, sourceAddress, lifetimeMs = SESSION_MS }: SessionWish,
  { agent, at }: { readonly agent: Token | undefined; readonly at: Instant },
): StoredSession {
  const expiresOn = Math.min(at + Math.min(lifetimeMs, SESSION_MS), agent?.expiresOn ?? Infinity);
  return {
    ...{ spaceId, id: newId(), accountId, isAgent: agent !== undefined },
    profileId: 'profileId' in claim ? claim.profileId : (agent?.agentId ?? ''),
    ...{ device: plainDevice(device), push, sourceAddress: plainText(sourceAddress, 100) },
    ...{ createdOn: at, expiresOn },
  };
}

async function useUp(
  { sessionTokens, now }: ClientsContext,
  tx: Tx,
  spaceId: string,
  challengeId: string,
): Promise<void> {
  const challengeEnd = sessionTokens.challengeEnd(spaceId, challengeId);
  if (challengeEnd === undefined) throw new Problem('forbidden', 'this challenge is over; start again');
  if (!(await useChallenge(tx, challengeId, challengeEnd, now())))
    throw new Problem('forbidden', 'this challenge was answered before; start again');
}

/** Somebody else sits at this device now: whoever was there before has no session on it any more. */
async function endOthersOn(context: ClientsContext, tx: Tx, session: StoredSession): Promise<void> {
  const ended = await endOtherSessions(tx, session, context.now());
  tx.afterCommit(() => {
    for (const id of ended) tellEnded(context.bus, id, 'identity');
  });
}

/** The person behind an address of this channel, who is known from now on. An agent is never a customer, whatever a claim says. */
async function meet(
  context: ClientsContext,
  tx: Tx,
  account: ClientAccount,
  profileId: string,
): Promise<void> {
  const { spaceId, channelId } = account;
  if (await findAgent(tx, spaceId, profileId))
    throw new Problem('forbidden', 'this id is an agent, who logs in with a session token of their own');
  const at = context.now();
  const made = madeNow({ by: `session:${profileId}`, at });
  const person = { spaceId, id: profileId, data: {}, ...made };
  // New, or held: whoever forgets this person at the moment ends the session, too, or has done so before.
  let isHeld = false;
  while (!isHeld)
    isHeld = (await addProfile(tx, person)) || (await lockProfile(tx, spaceId, profileId)) !== undefined;
  await insertAddress(tx, {
    ...{ spaceId, channelId, address: profileId, profileId },
    ...{ canReply: true, createdOn: at },
  });
}

async function agentOf(tx: Tx, account: ClientAccount, secret: string, at: Instant): Promise<Token> {
  const token = await tokenByHash(tx, hashOf(secret));
  const isLive =
    token?.kind === 'agent' &&
    token.spaceId === account.spaceId &&
    token.revokedOn === undefined &&
    (token.expiresOn ?? at + 1) > at;
  // Held: whoever takes the agent away ends this session, too, or has done so before.
  const agent = isLive && (await lockAgent(tx, account.spaceId, token.agentId ?? ''));
  if (!token || !agent) throw new Problem('forbidden', 'this is no live session token of an agent');
  return token;
}

function plainDevice(device: ClientDevice): ClientDevice {
  const short = (text: string) => plainText(text, 500);
  return {
    id: short(device.id),
    platform: short(device.platform),
    platformVersion: short(device.platformVersion),
    sdkType: short(device.sdkType),
    sdkVersion: short(device.sdkVersion),
  };
}

/** The live session of a token, asked of the database each time: one that ended is over at once, on every node. */
export async function sessionOf(
  context: { readonly sessionTokens: SessionTokens; readonly store: Store; readonly now: () => Instant },
  token: string,
  spaceId: string,
): Promise<StoredSession | undefined> {
  const claims = context.sessionTokens.read(token);
  if (claims?.spaceId !== spaceId) return undefined;
  const session = await context.store.read((tx) => findSession(tx, spaceId, claims.sessionId));
  if (!session || session.endedOn !== undefined || session.expiresOn <= context.now()) return undefined;
  return session;
}

export async function end(context: ClientsContext, session: ClientSession): Promise<void> {
  const { apiSpaceId, id } = session;
  await context.store.transaction(async (tx) => {
    await endSession(tx, apiSpaceId, id, context.now());
    if (session.isAgent) await revokeToken(tx, apiSpaceId, id, context.now());
    tx.afterCommit(() => {
      tellEnded(context.bus, id, 'session');
      if (session.isAgent) context.onToken();
    });
  });
}

/** Every node closes the sockets of a session that ended. */
function tellEnded(bus: Bus, id: string, why: 'session' | 'identity'): void {
  bus.publish(SESSIONS_TOPIC, { ended: id, why });
}

export async function setPush(
  context: ClientsContext,
  session: ClientSession,
  push: PushRegistration | undefined,
): Promise<void> {
  const { apiSpaceId: spaceId, id } = session;
  await context.store.transaction((tx) => setSessionPush(tx, { spaceId, id, push }));
}
