import type { Speaker } from './outbound';

/** How the newest chat of a customer stands, as they may know it. */
export interface OwnChat {
  readonly state: 'none' | 'waiting' | 'answered' | 'closed';
  /** Who has it, where the team's agents answer as themselves. */
  readonly agent?: Speaker;
  /** The channel that answers go to, where it is not this one. */
  readonly movedTo?: string;
}

/** A team as its customers see it. */
export interface PublicTeam {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl?: string;
  /** What it says first, after this time. */
  readonly welcome?: { readonly text: string; readonly afterMs: number };
  readonly availability: Availability;
  /** When it opens again, where it is closed. */
  readonly opensOn?: Date;
  /** What it says while it is not open. */
  readonly absence?: string;
}

/** `closed`: outside its hours; `nobody`: within them, but no agent is there. */
export type Availability = 'open' | 'closed' | 'nobody';
