import { inSpace } from '../access';
import type { Api } from '../api';
import { type Run, report } from '../command';
import { CommandFailure } from '../failure';
import { createAccount, type Made } from './create-account';
import { askSettings } from './form';
import { afterwards, beforehand } from './guide';
import { kindOf } from './kind-of';
import { agentFor, type People, teamFor } from './people';
import { proveBothWays } from './prove';
import { repair } from './repair';
import { readSettings } from './settings-file';
import { partOf, type Settings } from './settings-schema';
import type { Account, Kind } from './shapes';

export interface ConnectWish {
  readonly kind: string | undefined;
  readonly space?: string | undefined;
  readonly team?: string | undefined;
  readonly agent?: string | undefined;
  readonly name?: string | undefined;
  /** A file, or `-`; nothing is asked then. */
  readonly settings?: string | undefined;
  readonly isTried: boolean;
}

const SCOPES = ['channels', 'config', 'chat'].flatMap((service) => [`${service}:read`, `${service}:write`]);

/** Connects a channel account, by questions or from a file; a failure where it does not work in the end. */
export async function connect(run: Run, wish: ConnectWish): Promise<void> {
  await inSpace(run.desk, { space: wish.space, scopes: SCOPES }, async ({ api }) => {
    const kind = await kindOf(api, run.desk, wish.kind);
    const done =
      wish.settings === undefined
        ? await byQuestions(run, api, wish, kind)
        : await fromFile(run, api, wish, kind);
    report(run, done, () => done.words);
  });
}

interface Done extends Account {
  readonly isTried: boolean;
  readonly words: string;
}

async function fromFile(run: Run, api: Api, wish: ConnectWish, kind: Kind): Promise<Done> {
  const settings = await readSettings(run.desk, wish.settings ?? '-');
  const people: People = { api, desk: run.desk, isAsked: false };
  const team = await teamFor(people, wish.team);
  const account = accountOf(
    await createAccount(api, { kind, name: wish.name ?? kind.title, teamId: team.id, settings }),
  );
  await repair(run.desk, api, { account, settings, schema: partOf(kind.settingsSchema), isAsked: false });
  return { ...account, isTried: false, words: `connected: ${account.id}${addressOf(account)}` };
}

async function byQuestions(run: Run, api: Api, wish: ConnectWish, kind: Kind): Promise<Done> {
  const { desk } = run;
  const people: People = { api, desk, isAsked: true };
  desk.say(beforehand(kind));
  const team = await teamFor(people, wish.team);
  const schema = partOf(kind.settingsSchema);
  let settings = await askSettings(desk, schema, kind.guide?.madeUp ?? []);
  const onChange = (changed: Settings): void => {
    settings = changed;
  };
  const account = accountOf(
    await createAccount(
      api,
      { kind, name: wish.name ?? kind.title, teamId: team.id, settings },
      { desk, schema, onChange },
    ),
  );
  settings = await repair(desk, api, { account, settings, schema, isAsked: true });
  await afterwards(desk, kind, { account, settings });
  const isTried = wish.isTried && kind.guide?.tryIt !== undefined;
  if (isTried) {
    const agentId = await agentFor(people, team, wish.agent);
    await proveBothWays(desk, api, { account, agentId, tryIt: kind.guide?.tryIt ?? '' });
  }
  const words = isTried
    ? `connected: ${account.id}; a message has gone both ways`
    : `connected: ${account.id}`;
  return { ...account, isTried, words };
}

function accountOf(made: Made): Account {
  if ('problem' in made) throw new CommandFailure('failed', made.problem);
  return made.account;
}

function addressOf({ webhookUrl }: Account): string {
  return webhookUrl === undefined ? '' : `\ngive the provider this address: ${webhookUrl}`;
}
