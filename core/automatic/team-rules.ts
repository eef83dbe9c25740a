import type { Log } from '../log';
import { type AutomaticRules, automaticRules } from '../model/automatic-rules';
import type { Instant } from '../model/instant';
import { type Store, StoreUnavailable } from '../store/store';
import { type Team, teamsChangedSince } from '../store/teams';

/** What a team says by itself on a channel; undefined where it never says anything. */
export type RulesOf = (spaceId: string, teamId: string, channelId: string) => AutomaticRules | undefined;

const EVERY_MS = 1_000;
// The clocks of nodes differ, and a transaction that began before may be committed after.
const OVERLAP_MS = 60_000;

type Speaking = Pick<
  Team,
  'spaceId' | 'id' | 'createdOn' | 'revision' | 'settings' | 'appMessaging' | 'calendar'
>;

interface Entry {
  readonly team: Speaking;
  readonly byChannel: Map<string, AutomaticRules>;
}

/**
 * The rules of all teams that say anything, in the memory of each node, so that a message costs no question to the
 * database. What this node changes it knows at once, what others change a second later.
 */
export class TeamRules {
  private readonly options: { readonly store: Store; readonly log: Log; readonly now: () => Instant };
  private readonly entries = new Map<string, Entry>();
  private seenUpTo = 0;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(options: { readonly store: Store; readonly log: Log; readonly now: () => Instant }) {
    this.options = options;
  }

  readonly of: RulesOf = (spaceId, teamId, channelId) => {
    const entry = this.entries.get(`${spaceId} ${teamId}`);
    if (!entry) return undefined;
    const known = entry.byChannel.get(channelId);
    if (known) return known;
    const rules = automaticRules(entry.team, channelId);
    entry.byChannel.set(channelId, rules);
    return rules;
  };

  /** A team was made or changed. */
  put(team: Speaking): void {
    const name = `${team.spaceId} ${team.id}`;
    if (isOlder(team, this.entries.get(name)?.team)) return;
    const isSilent = team.settings === undefined && team.appMessaging === undefined;
    // A silent team that was known is remembered as such: an older reading of it must not come back.
    if (!isSilent || this.entries.has(name)) this.entries.set(name, { team, byChannel: new Map() });
  }

  async start(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.round ??= this.refresh()
        .catch((error: unknown) => {
          const level = error instanceof StoreUnavailable ? 'warn' : 'error';
          this.options.log[level]({ error }, 'rules of teams not read');
        })
        .finally(() => {
          this.round = undefined;
        });
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async refresh(): Promise<void> {
    const { store, now } = this.options;
    const at = now();
    for (const team of await store.read((tx) => teamsChangedSince(tx, this.seenUpTo - OVERLAP_MS)))
      this.put(team);
    this.seenUpTo = at;
  }
}

// A team may be deleted and made again under its name.
function isOlder(team: Speaking, known: Speaking | undefined): boolean {
  if (!known || team.createdOn !== known.createdOn) return team.createdOn < (known?.createdOn ?? 0);
  return team.revision <= known.revision;
}
