import { createHash, randomBytes } from 'node:crypto';
import { newId } from '../model/id';
import type { Instant } from '../model/instant';
import { notFound } from '../model/problem';
import type { Token } from '../store/tokens';
import * as tokens from '../store/tokens';
import type { Tx } from '../store/tx';
import { businessOnly, type Caller, mustHave } from './caller';
import type { Context } from './context';

/** What a token may do: read or write one service, or everything. */
export const SCOPES = [
  '*',
  ...['chat:read', 'chat:write', 'config:read', 'config:write', 'channels:read', 'channels:write'],
  ...[
    'profiles:read',
    'profiles:write',
    'events:read',
    'webhooks:read',
    'webhooks:write',
    'tokens:read',
    'tokens:write',
  ],
] as const;
export type Scope = (typeof SCOPES)[number];

const PREFIX = { partner: 'pk', access: 'at', agent: 'as' } as const;
const SECRET_BYTES = 32;

/** A token with its secret, which is never stored and never shown again. */
export interface Minted {
  readonly token: Token;
  readonly secret: string;
}

/** Only this of a token is stored. A random 256-bit secret needs no slow hash. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Makes a token; `secret` only where the operator gives one. */
export async function mintToken(
  tx: Tx,
  given: Omit<Token, 'id' | 'hash'> & { readonly secret?: string },
): Promise<Minted> {
  const secret = given.secret ?? `${PREFIX[given.kind]}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const { secret: _given, ...rest } = given;
  const token: Token = { ...rest, id: newId(), hash: hashOf(secret) };
  await tokens.insertToken(tx, token);
  return { token, secret };
}

export async function create(
  context: Context,
  caller: Caller & { readonly partnerId: string },
  wish: {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly expiresOn?: Instant | undefined;
  },
): Promise<Minted> {
  businessOnly(caller);
  mustHave(caller, wish.scopes);
  return caller.transaction((tx) =>
    mintToken(tx, {
      ...{ partnerId: caller.partnerId, spaceId: caller.spaceId, kind: 'access' as const },
      ...wish,
      createdOn: context.now(),
      createdBy: caller.by,
    }),
  );
}

export async function list(context: Context, caller: Caller): Promise<Token[]> {
  businessOnly(caller);
  return caller.read((tx) => tokens.liveTokens(tx, caller.spaceId, context.now()));
}

/** A successor with the same name and scopes; the old token works on for `overlapMs`, so that nothing is cut off. */
export async function rotate(
  context: Context,
  caller: Caller & { readonly partnerId: string },
  id: string,
  overlapMs: number,
): Promise<Minted> {
  businessOnly(caller);
  return caller.transaction(async (tx) => {
    const old = await live(tx, context, caller, id);
    mustHave(caller, old.scopes);
    const now = context.now();
    await tokens.expireToken(tx, caller.spaceId, id, Math.min(old.expiresOn ?? Infinity, now + overlapMs));
    tx.afterCommit(context.onToken);
    return mintToken(tx, {
      ...{ partnerId: old.partnerId, spaceId: caller.spaceId, kind: 'access' as const },
      ...{ name: old.name, scopes: old.scopes, expiresOn: old.expiresOn },
      ...{ createdOn: now, createdBy: caller.by },
    });
  });
}

/** Ends a token at once. */
export async function revoke(context: Context, caller: Caller, id: string): Promise<void> {
  businessOnly(caller);
  await caller.transaction(async (tx) => {
    await live(tx, context, caller, id);
    await tokens.revokeToken(tx, caller.spaceId, id, context.now());
    tx.afterCommit(context.onToken);
  });
}

async function live(tx: Tx, context: Context, caller: Caller, id: string): Promise<Token> {
  const found = (await tokens.liveTokens(tx, caller.spaceId, context.now())).find((token) => token.id === id);
  if (!found) throw notFound('token', id);
  return found;
}
