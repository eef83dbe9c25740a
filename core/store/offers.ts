import type { Instant } from '../model/instant';
import { held, sql, type Tx } from './tx';

/** A waiting chat that one agent may take before the others. */
export interface Offer {
  readonly spaceId: string;
  readonly chatId: string;
  readonly teamId: string;
  /** Absent between two offers. */
  readonly agentId?: string | undefined;
  /** Who let it pass, in this round. */
  readonly tried: readonly string[];
  readonly expiresOn?: Instant | undefined;
}

interface OfferRow {
  space_id: string;
  chat_id: string;
  team_id: string;
  agent_id: string | null;
  tried: string;
  expires_on: number | null;
}

export async function putOffer(tx: Tx, offer: Offer): Promise<void> {
  await sql(tx)
    .db('chat_offer')
    .insert({
      space_id: offer.spaceId,
      chat_id: offer.chatId,
      team_id: offer.teamId,
      agent_id: offer.agentId ?? null,
      tried: JSON.stringify(offer.tried),
      expires_on: offer.expiresOn ?? null,
    })
    .onConflict('chat_id')
    .merge(['team_id', 'agent_id', 'tried', 'expires_on']);
}

/** The offer of a chat that is held already. */
export async function findOffer(tx: Tx, spaceId: string, chatId: string): Promise<Offer | undefined> {
  const query = sql(tx).db('chat_offer').where({ space_id: spaceId, chat_id: chatId }).first();
  const row: OfferRow | undefined = await held(tx, query);
  return row && toOffer(row);
}

export async function deleteOffers(tx: Tx, spaceId: string, chatIds: readonly string[]): Promise<void> {
  if (chatIds.length === 0) return;
  await sql(tx)
    .db('chat_offer')
    .where({ space_id: spaceId })
    .whereIn('chat_id', [...chatIds])
    .delete();
}

/** Offers that nobody accepted in time, of any space. */
export async function expiredOffers(tx: Tx, now: Instant, limit: number): Promise<Offer[]> {
  const rows: OfferRow[] = await sql(tx)
    .db('chat_offer')
    .where('expires_on', '<=', now)
    .orderBy('expires_on')
    .limit(limit);
  return rows.map(toOffer);
}

/** What an agent is offered. */
export async function offersTo(tx: Tx, spaceId: string, agentId: string): Promise<Offer[]> {
  const rows: OfferRow[] = await sql(tx).db('chat_offer').where({ space_id: spaceId, agent_id: agentId });
  return rows.map(toOffer);
}

/** Forgets offers of chats that somebody has, or that are over or elsewhere. */
export async function dropSettledOffers(tx: Tx): Promise<void> {
  const { db } = sql(tx);
  const waiting = db('chat as c')
    .select('c.id')
    .whereRaw('c.id = chat_offer.chat_id and c.team_id = chat_offer.team_id')
    .whereNull('c.agent_id')
    .whereNull('c.closed_on')
    .whereNull('c.deleted_on');
  await db('chat_offer').whereNotExists(waiting).delete();
}

function toOffer(row: OfferRow): Offer {
  return {
    spaceId: row.space_id,
    chatId: row.chat_id,
    teamId: row.team_id,
    agentId: row.agent_id ?? undefined,
    tried: JSON.parse(row.tried),
    expiresOn: row.expires_on ?? undefined,
  };
}
