import type { Standing } from '../model/access';
import { isId } from '../model/id';
import { Problem } from '../model/problem';
import { covers } from '../services/caller';
import { hashOf } from '../services/tokens';
import { findSpace } from '../store/spaces';
import type { Store } from '../store/store';
import { membershipsOf } from '../store/teams';
import { noteTokenUse, type Token, tokenByHash } from '../store/tokens';
import type { Audience, HttpCaller, Route } from './route';

export interface AuthOptions {
  readonly store: Store;
  readonly now: () => number;
}

interface Known {
  readonly token: Token;
  /** Whose session it is. */
  readonly agent?: Standing | undefined;
  readonly readAt: number;
}

const REMEMBERED_MS = 2_000;
const REMEMBERED_MOST = 10_000;
const USE_NOTED_EVERY_MS = 60_000;

/** Says who calls. What it read it remembers for two seconds, or until a token changes on this node. */
export class Auth {
  private readonly options: AuthOptions;
  private readonly known = new Map<string, Known>();
  private forgotten = 0;

  constructor(options: AuthOptions) {
    this.options = options;
  }

  /** Forgets what it remembers, or only that of agents' sessions. */
  forget(whose: 'all' | 'agents' = 'all'): void {
    this.forgotten += 1;
    if (whose === 'all') this.known.clear();
    else for (const [hash, { agent }] of this.known) if (agent) this.known.delete(hash);
  }

  /** The live token of a request; a 401 when there is none. */
  async tokenOf(authorization: string | undefined): Promise<Token> {
    return (await this.identify(authorization)).token;
  }

  /** The caller of a route in an API space; a 401, 403 or 404 where the token does not reach. */
  async callerOf(
    authorization: string | undefined,
    route: Route,
    spaceId: string | undefined,
  ): Promise<HttpCaller> {
    const known = await this.identify(authorization);
    const { token, agent } = known;
    const space = await this.spaceOf(token, route.audience, spaceId);
    if (route.scope && token.kind !== 'partner' && !covers(token.scopes, route.scope))
      throw new Problem('forbidden', `this token lacks the scope ${route.scope}`);
    const { id: tokenId, partnerId, scopes } = token;
    return {
      ...{ spaceId: space, tokenId, partnerId, scopes, by: identityOf(token) },
      ...(agent === undefined ? {} : { agent }),
      transaction: (work) => this.options.store.transaction(work),
      read: (work) => this.options.store.read(work),
    };
  }

  private async identify(authorization: string | undefined): Promise<Known> {
    const secret = /^Bearer ([\w.~+/-]{1,512}=*)$/i.exec(authorization ?? '')?.[1];
    if (secret === undefined)
      throw new Problem('unauthorized', 'send a token in the header "Authorization: Bearer <token>"');
    const hash = hashOf(secret);
    const { now } = this.options;
    const remembered = this.known.get(hash);
    const known =
      remembered && now() - remembered.readAt < REMEMBERED_MS ? remembered : await this.read(hash);
    const { expiresOn, revokedOn } = known?.token ?? {};
    if (!known || revokedOn !== undefined || (expiresOn !== undefined && expiresOn <= now()))
      throw new Problem('unauthorized', 'this token is unknown, expired or revoked');
    return known;
  }

  private async read(hash: string): Promise<Known | undefined> {
    const { store, now } = this.options;
    const { forgotten } = this;
    const known = await store.read(async (tx) => {
      const token = await tokenByHash(tx, hash);
      if (!token) return undefined;
      const { spaceId, agentId } = token;
      if (spaceId !== undefined && !(await findSpace(tx, spaceId))) return undefined;
      const isAgent = spaceId !== undefined && agentId !== undefined;
      const agent = isAgent ? { id: agentId, ...(await membershipsOf(tx, spaceId, agentId)) } : undefined;
      return { token, agent, readAt: now() };
    });
    if (!known) return undefined;
    if (this.known.size >= REMEMBERED_MOST) this.known.clear();
    // What was to be forgotten meanwhile may be just this.
    if (forgotten === this.forgotten) this.known.set(hash, known);
    this.noteUse(known.token);
    return known;
  }

  private noteUse(token: Token): void {
    const { store, now } = this.options;
    if (now() - (token.lastUsedOn ?? 0) < USE_NOTED_EVERY_MS) return;
    // Nobody waits for it, and losing it loses nothing.
    store.transaction((tx) => noteTokenUse(tx, token.id, now())).catch(() => undefined);
  }

  private async spaceOf(token: Token, audience: Audience, spaceId: string | undefined): Promise<string> {
    if (token.kind === 'partner') return this.spaceOfPartner(token, audience, spaceId);
    if (audience === 'partner') throw new Problem('forbidden', "this call takes the partner's key");
    // What belongs to others is not there.
    if (token.spaceId === undefined || token.spaceId !== spaceId) throw noSuchSpace(spaceId);
    return token.spaceId;
  }

  private async spaceOfPartner(
    token: Token,
    audience: Audience,
    spaceId: string | undefined,
  ): Promise<string> {
    if (audience === 'space')
      throw new Problem(
        'forbidden',
        "the partner's key manages API spaces only; use an access token of the space",
      );
    if (spaceId === undefined) return token.partnerId;
    const space = isId(spaceId) ? await this.options.store.read((tx) => findSpace(tx, spaceId)) : undefined;
    if (space?.partnerId !== token.partnerId) throw noSuchSpace(spaceId);
    return space.id;
  }
}

function noSuchSpace(spaceId: string | undefined): Problem {
  return new Problem('not-found', `there is no API space "${(spaceId ?? '').slice(0, 100)}" for this token`);
}

function identityOf(token: Token): string {
  if (token.kind === 'partner') return `partner:${token.partnerId}`;
  return token.kind === 'agent' ? `session:${token.agentId}` : `access:${token.id}`;
}
