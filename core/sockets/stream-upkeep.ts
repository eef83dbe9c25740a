import type { Business } from '../services/clients/business';
import type { ClientsContext } from '../services/clients/context';
import type { Hub } from './hub';
import { OneStream } from './one-stream';
import type { Tell } from './tell';

export interface StreamUpkeepOptions {
  readonly clients: ClientsContext;
  readonly hub: Hub;
  readonly tell: Tell;
  readonly business: Business;
}

const TICK_MS = 1_000;
/** Each stream has its word once in so many ticks, so that they do not all have it at once. */
const BEAT_TICKS = 15;
const TEAM_TICKS = 5;

/** Looks after the open streams of this node: keeps them alive, and tells them when the team behind them comes and goes. */
export class StreamUpkeep {
  private readonly options: StreamUpkeepOptions;
  /** What the streams of each account were told of its team. */
  private readonly told = new Map<string, string>();
  private ticks = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(options: StreamUpkeepOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private tick(): void {
    this.ticks += 1;
    const streams = this.streams();
    for (const [index, stream] of streams.entries())
      if (index % BEAT_TICKS === this.ticks % BEAT_TICKS) stream.beat();
    if (this.ticks % TEAM_TICKS !== 0) return;
    this.looking ??= this.lookAtTeams(streams)
      .catch((error: unknown) => this.options.clients.log.warn({ error }, 'teams of streams not looked at'))
      .finally(() => {
        this.looking = undefined;
      });
  }

  private async lookAtTeams(streams: readonly OneStream[]): Promise<void> {
    const byAccount = new Map<string, OneStream[]>();
    for (const stream of streams) {
      const known = byAccount.get(stream.owner.accountId);
      if (known) known.push(stream);
      else byAccount.set(stream.owner.accountId, [stream]);
    }
    for (const id of this.told.keys()) if (!byAccount.has(id)) this.told.delete(id);
    for (const [id, ofAccount] of byAccount) await this.lookAtTeam(id, ofAccount);
  }

  private async lookAtTeam(id: string, streams: readonly OneStream[]): Promise<void> {
    const [first] = streams;
    if (!first) return;
    const { spaceId, channelId } = first.owner;
    const team = await this.options.business({ spaceId, id, channelId });
    const now = JSON.stringify(team);
    const before = this.told.get(id);
    this.told.set(id, now);
    // The first look is what they were told when they came, or a moment later.
    if (team && now !== before) this.options.tell({ type: 'publicTeam', team }, streams);
  }

  private streams(): OneStream[] {
    return [...this.options.hub.all()].filter((socket) => socket instanceof OneStream);
  }
}
