import { z } from 'zod';
import { type Api, detailOf } from '../api';
import type { Desk } from '../desk';
import { askSetting } from './question';
import { fieldAt, type Part, type Settings, withSetting } from './settings-schema';
import { type Account, account, type Kind } from './shapes';

interface NewAccount {
  readonly kind: Kind;
  readonly name: string;
  readonly teamId: string;
  readonly settings: Settings;
}

/** Whom to ask again for what the gateway does not take. */
interface Asking {
  readonly desk: Pick<Desk, 'ask' | 'say'>;
  readonly schema: Part;
  readonly onChange: (settings: Settings) => void;
}

/** The account, or why there is none. */
export type Made = { readonly account: Account } | { readonly problem: string };

const failures = z.looseObject({ validationFailures: z.array(z.looseObject({ paramName: z.string() })) });

/** Makes the account; where the gateway names settings that are wrong, they are asked for again. */
export async function createAccount(
  api: Api,
  { kind, name, teamId, settings }: NewAccount,
  asking?: Asking,
): Promise<Made> {
  const body = { kind: kind.kind, adapter: kind.id, name, teamId, settings };
  const answer = await api.call('POST', '/channels', body);
  if (answer.status === 201) return { account: account.parse(answer.body) };
  const problem = detailOf(answer);
  const told = failures.safeParse(answer.body);
  const wrong = (told.success ? told.data.validationFailures : []).flatMap(({ paramName }) => {
    const field = asking && fieldAt(asking.schema, paramName.replace(/^settings\./, ''));
    return field && field.schema.type !== 'object' ? [field] : [];
  });
  if (!asking || wrong.length === 0) return { problem };
  asking.desk.say(`The gateway does not take that: ${problem}`);
  let changed = settings;
  for (const field of wrong) changed = withSetting(changed, field.path, await askSetting(asking.desk, field));
  asking.onChange(changed);
  return createAccount(api, { kind, name, teamId, settings: changed }, asking);
}
