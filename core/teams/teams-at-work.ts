import { Calendars } from '../calendars/refresh';
import type { AutoAssign } from '../model/assignment-rules';
import type { Leases } from '../nodes/lease';
import { agentsOfClosed, assigningTeams, type TeamKey } from '../store/queues';
import { StoreUnavailable } from '../store/store';
import { teamsOfAgent } from '../store/teams';
import type { Happened } from '../store/tx';
import type { TeamsContext } from './context';
import { Deciders } from './deciders';
import { handOut } from './hand-out';
import { type Lane, TeamLanes } from './lanes';
import { type Wakes, wakesOf } from './news';
import { requeueAbsent } from './requeue';
import { sweep } from './sweep';

const EVERY_MS = 1_000;
const SWEEP = 'sweep';
const CHANGES_RULES = new Set(['team.create', 'team.update']);

interface Wake extends Wakes {
  readonly spaceId: string;
}

/**
 * Brings waiting chats to agents. Each node acts on what it committed itself, at once; a sweep of one node finds what
 * nobody acted on. That several nodes do so at the same time is decided by what they hold in the database.
 */
export class TeamsAtWork {
  private readonly context: TeamsContext;
  private readonly deciders: Deciders;
  private readonly calendars: Calendars;
  private readonly lanes: TeamLanes;
  private readonly leases: ReturnType<Leases['group']>;
  /** The teams that hand out their chats, by space; what other nodes change of it is known a second later. */
  private teams: ReadonlyMap<string, ReadonlyMap<string, AutoAssign>> = new Map();
  private readonly heard: Wake[] = [];
  /** Teams whose rules may have changed since they were last read. */
  private readonly changed: TeamKey[] = [];
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private telling: Promise<void> | undefined;
  private rereading: Promise<void> | undefined;
  private hearNoMore = () => {};
  private isStopped = false;

  constructor(context: TeamsContext, leases: Leases) {
    this.context = context;
    this.deciders = new Deciders(context);
    this.calendars = new Calendars(context, leases);
    this.lanes = new TeamLanes(context, (key, lane) => this.work(key, lane));
    this.leases = leases.group('teams');
  }

  async start(): Promise<void> {
    this.hearNoMore = this.context.store.onCommitted((events) => this.hear(events));
    this.leases.want(new Set([SWEEP]));
    this.calendars.start();
    await this.refresh();
    this.timer = setInterval(() => {
      this.round ??= this.look().finally(() => {
        this.round = undefined;
      });
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.hearNoMore();
    await Promise.all([this.round, this.telling, this.rereading, this.calendars.stop()]);
    await this.lanes.stop();
  }

  private hear(events: readonly Happened[]): void {
    if (this.isStopped) return;
    this.rereadSoon(events);
    for (const event of events) {
      const ofSpace = this.teams.get(event.spaceId);
      const wakes = ofSpace && wakesOf(event);
      if (!wakes || (wakes.isMessage && !this.waitsForCustomers(event))) continue;
      this.heard.push({ ...wakes, spaceId: event.spaceId });
    }
    if (this.heard.length > 0) this.tellSoon();
  }

  private waitsForCustomers({ spaceId, teamId = '' }: Happened): boolean {
    return this.teams.get(spaceId)?.get(teamId)?.absent?.chats === 'requeueWhenCustomerWrites';
  }

  // However many change at once: while their rules are being read, the next ones gather.
  private rereadSoon(events: readonly Happened[]): void {
    for (const { name, spaceId, teamId } of events)
      if (CHANGES_RULES.has(name) && teamId !== undefined) this.changed.push({ spaceId, teamId });
    if (this.changed.length === 0) return;
    this.rereading ??= this.reread()
      .catch((error: unknown) => this.warn(error))
      .finally(() => {
        this.rereading = undefined;
      });
  }

  private async reread(): Promise<void> {
    // Whatever else was committed in this turn is read along with it.
    await new Promise(setImmediate);
    while (this.changed.length > 0) {
      const changed = this.changed.splice(0);
      await this.refresh();
      for (const key of changed) this.wake(key);
    }
  }

  private tellSoon(): void {
    this.telling ??= this.tellLanes()
      .catch((error: unknown) => this.warn(error))
      .finally(() => {
        this.telling = undefined;
      });
  }

  private async tellLanes(): Promise<void> {
    while (this.heard.length > 0) {
      const heard = this.heard.splice(0);
      for (const { spaceId, teamId } of heard) if (teamId !== undefined) this.wake({ spaceId, teamId });
      const agents = await this.agentsOf(heard);
      for (const [, { spaceId, agentId }] of agents)
        for (const teamId of await this.context.store.read((tx) => teamsOfAgent(tx, spaceId, agentId)))
          this.wake({ spaceId, teamId });
    }
  }

  private async agentsOf(heard: readonly Wake[]) {
    const agents = new Map<string, { readonly spaceId: string; readonly agentId: string }>();
    const add = (spaceId: string, agentId: string) =>
      agents.set(`${spaceId} ${agentId}`, { spaceId, agentId });
    for (const { spaceId, agentId } of heard) if (agentId !== undefined) add(spaceId, agentId);
    const chatIds = heard.flatMap(({ agentOfChat }) => agentOfChat ?? []);
    if (chatIds.length > 0)
      for (const one of await this.context.store.read((tx) => agentsOfClosed(tx, chatIds)))
        add(one.spaceId, one.agentId);
    return agents;
  }

  private wake(key: TeamKey): void {
    if (this.teams.get(key.spaceId)?.has(key.teamId)) this.lanes.wake(key);
  }

  private async work(key: TeamKey, lane: Lane): Promise<void> {
    const rules = this.teams.get(key.spaceId)?.get(key.teamId);
    if (!rules) return;
    await requeueAbsent(this.context, key, rules);
    await handOut({ ...this.context, deciders: this.deciders }, key, lane);
  }

  private async refresh(): Promise<void> {
    const found = await this.context.store.read(assigningTeams);
    const teams = new Map<string, Map<string, AutoAssign>>();
    for (const { spaceId, teamId, rules } of found) {
      const ofSpace = teams.get(spaceId) ?? new Map<string, AutoAssign>();
      teams.set(spaceId, ofSpace.set(teamId, rules));
    }
    this.teams = teams;
  }

  private async look(): Promise<void> {
    try {
      await this.refresh();
      if (!this.leases.holds(SWEEP)?.isHeld()) return;
      for (const key of await sweep(this.context)) this.wake(key);
      for (const [spaceId, ofSpace] of this.teams)
        for (const [teamId, { absent }] of ofSpace)
          if (absent && absent.chats !== 'keep') this.wake({ spaceId, teamId });
    } catch (error) {
      this.warn(error);
    }
  }

  private warn(error: unknown): void {
    const level = error instanceof StoreUnavailable ? 'warn' : 'error';
    this.context.log[level]({ error }, 'teams not looked after');
  }
}
