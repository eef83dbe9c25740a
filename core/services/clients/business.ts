import type { PublicTeam } from '../../../plugins/contract/index';
import type { ClientAccount, ClientsContext } from './context';
import { publicTeam } from './public-team';

/** Says what customers may know of a team: the account's, or another one of its space. */
export type Business = (account: ClientAccount, teamId?: string) => Promise<PublicTeam | undefined>;

const KNOWN_MS = 2_000;
const MOST_KNOWN = 10_000;

/** Every page view asks; the database is asked once in a while. */
export function createBusiness({ store, registry, now }: ClientsContext): Business {
  const known = new Map<string, { readonly at: number; readonly team: Promise<PublicTeam | undefined> }>();
  return (account, wanted) => {
    const teamId = wanted ?? registry.get(account.id)?.account.teamId ?? '';
    const { spaceId, channelId } = account;
    const [key, at] = [`${spaceId} ${channelId} ${teamId}`, now()];
    const before = known.get(key);
    if (before && at >= before.at && at - before.at < KNOWN_MS) return before.team;
    if (known.size >= MOST_KNOWN) known.clear();
    const team = store.read((tx) => publicTeam(tx, { spaceId, teamId, channelId, at }));
    known.set(key, { at, team });
    team.catch(() => known.delete(key)); // whoever asked hears of it
    return team;
  };
}
