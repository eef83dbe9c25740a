/** How a team's waiting chats find an agent; `manual`: people take them. */
export type Strategy = 'leastBusy' | 'roundRobin' | 'manual';

/** An agent who is there, and how much of their capacity is taken. */
export interface Candidate {
  readonly agentId: string;
  readonly capacity: number;
  readonly load: number;
}

/** A chat that waits in the team's queue. */
export interface WaitingChat {
  readonly chatId: string;
  readonly channelId: string;
  /** Who had the customer's last chat. */
  readonly lastAgentId?: string | undefined;
  /** Who was offered it and did not take it. */
  readonly tried?: readonly string[] | undefined;
}

/** A team's queue, the oldest chat first, and who could take its chats. */
export interface Situation {
  readonly strategy: Strategy;
  /** What a chat of a channel takes of an agent's capacity; 1 where nothing is said. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  readonly lastAgentFirst?: boolean | undefined;
  readonly agents: readonly Candidate[];
  readonly chats: readonly WaitingChat[];
  /** Whom the team's turn came to last. */
  readonly lastServed?: string | undefined;
  /** Whom others chose, by the ids of chats; obeyed where that agent can take the chat. */
  readonly chosen?: ReadonlyMap<string, string> | undefined;
}

/** Who found the agent: somebody outside, the wish for the customer's last agent, or the team's strategy. */
export type Finder = 'decider' | 'lastAgent' | Exclude<Strategy, 'manual'>;

/** How an agent was found, for the log. */
export interface Decision {
  readonly by: Finder;
  /** Why whoever decides from outside was not followed. */
  readonly instead?: string | undefined;
}

/** One chat for one agent. */
export interface Allotment {
  readonly chatId: string;
  readonly agentId: string;
  readonly by: Finder;
}

/** Who gets what, and where the next turn begins. */
export interface Plan {
  readonly allotments: readonly Allotment[];
  readonly lastServed?: string | undefined;
  /** Whether somebody could still take a chat that takes little. */
  readonly hasRoom: boolean;
}

interface Seat {
  readonly agentId: string;
  readonly capacity: number;
  load: number;
}

/** Gives each waiting chat, the oldest first, to an agent with room for it; a chat that fits nobody lets lighter ones pass. */
export function planAssignment(situation: Situation): Plan {
  const { strategy, chats, chosen } = situation;
  if (strategy === 'manual') return { allotments: [], lastServed: situation.lastServed, hasRoom: false };
  const table = tableOf(situation);
  // What others chose goes first, or an older chat would take the place that was meant for a younger one.
  const left = chosen
    ? chats.filter((chat) => !table.seat(chat, named(chosen.get(chat.chatId), 'decider')))
    : chats;
  let { lastServed } = situation;
  for (const chat of left) {
    if (!table.hasRoom()) break;
    const known = named(situation.lastAgentFirst ? chat.lastAgentId : undefined, 'lastAgent');
    const next: Find = (fitting) => found(CHOOSE[strategy](inTurn(fitting, lastServed)), strategy);
    const allotment = table.seat(chat, (fitting) => known(fitting) ?? next(fitting));
    // Who gets a chat because they know the customer keeps their turn.
    if (allotment?.by === strategy) lastServed = allotment.agentId;
  }
  return { allotments: table.allotments, lastServed, hasRoom: table.hasRoom() };
}

interface Found {
  readonly seat: Seat;
  readonly by: Finder;
}

/** Finds one of those who could take a chat. */
type Find = (fitting: readonly Seat[]) => Found | undefined;

function found(seat: Seat | undefined, by: Finder): Found | undefined {
  return seat && { seat, by };
}

function named(agentId: string | undefined, by: Finder): Find {
  return (fitting) =>
    found(
      fitting.find((seat) => seat.agentId === agentId),
      by,
    );
}

/** The agents with their loads, which grow with each chat that is seated. */
function tableOf({ agents, weights }: Situation) {
  const seats = agents.map(({ agentId, capacity, load }): Seat => ({ agentId, capacity, load })).sort(byId);
  const least = Math.min(1, ...Object.values(weights ?? {}));
  const allotments: Allotment[] = [];
  return {
    allotments,
    hasRoom: () => seats.some((seat) => seat.load + least <= seat.capacity),
    seat({ chatId, channelId, tried }: WaitingChat, find: Find): Allotment | undefined {
      const weight = weightOf(weights, channelId);
      const room = seats.filter((seat) => seat.load + weight <= seat.capacity);
      const one = find(untried(room, tried));
      if (!one) return undefined;
      one.seat.load += weight;
      const allotment = { chatId, agentId: one.seat.agentId, by: one.by };
      allotments.push(allotment);
      return allotment;
    },
  };
}

/** What a chat of this channel takes of an agent's capacity. */
export function weightOf(weights: Situation['weights'], channelId: string): number {
  return weights && Object.hasOwn(weights, channelId) ? (weights[channelId] ?? 1) : 1;
}

type Choose = (fitting: readonly Seat[]) => Seat | undefined;

const CHOOSE: Readonly<Record<Exclude<Strategy, 'manual'>, Choose>> = {
  roundRobin: ([next]) => next,
  // Half of ten is as busy as half of four; among equals it goes in turn, or the first name would get every chat of a quiet day.
  leastBusy: (fitting) =>
    fitting.reduce<Seat | undefined>(
      (best, seat) => (best && share(best) <= share(seat) ? best : seat),
      undefined,
    ),
};

function share({ load, capacity }: Seat): number {
  return capacity === 0 ? 1 : load / capacity;
}

// Ids are compared as the machine sees them: every node has the same order, whatever its language.
function byId(a: Seat, b: Seat): number {
  if (a.agentId === b.agentId) return 0;
  return a.agentId < b.agentId ? -1 : 1;
}

function inTurn(seats: readonly Seat[], lastServed: string | undefined): readonly Seat[] {
  if (lastServed === undefined) return seats;
  const after = seats.findIndex(({ agentId }) => agentId > lastServed);
  return after <= 0 ? seats : [...seats.slice(after), ...seats.slice(0, after)];
}

// When everybody who is there was asked, asking begins again: a chat does not wait while somebody has room.
function untried(seats: readonly Seat[], tried: readonly string[] | undefined): readonly Seat[] {
  if (!tried || tried.length === 0) return seats;
  const fresh = seats.filter(({ agentId }) => !tried.includes(agentId));
  return fresh.length > 0 ? fresh : seats;
}
