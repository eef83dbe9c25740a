import { z } from 'zod';
import { inSpace } from '../access';
import type { Api } from '../api';
import { type Run, report } from '../command';
import { CommandFailure } from '../failure';
import { progressAt } from '../progress';
import { type Account, account, checked } from './shapes';

const SCOPES = ['channels:read', 'channels:write'];

/** Tries the settings of one account, or of all; a failure where one of them does not work. */
export async function checkChannels(
  run: Run,
  { space, id }: { readonly space: string | undefined; readonly id: string | undefined },
): Promise<void> {
  const found = await inSpace(run.desk, { space, scopes: SCOPES }, async ({ api }) => {
    const accounts =
      id === undefined
        ? await api.get('/channels', z.array(account))
        : [await api.get(`/channels/${encodeURIComponent(id)}`, account)];
    return checkAll(run, api, accounts);
  });
  report(run, found, () => (found.length === 0 ? 'there are none' : found.map(inWords).join('\n')));
  const bad = found.filter(({ ok }) => !ok).length;
  if (bad > 0) throw new CommandFailure('failed', `${bad} of ${found.length} do not work`);
}

async function checkAll({ desk }: Run, api: Api, accounts: readonly Account[]) {
  const found: Result[] = [];
  const progress = progressAt(desk, 'accounts');
  try {
    for (const { id, kind, name } of accounts) {
      progress.step(found.length, accounts.length);
      const result = await api.send('POST', `/channels/${id}/check`, { shape: checked });
      found.push({ id, kind, name, ...result });
    }
  } finally {
    progress.end();
  }
  return found;
}

type Result = Pick<Account, 'id' | 'kind' | 'name'> & z.infer<typeof checked>;

function inWords({ id, kind, name, ok, message, setting, warnings }: Result): string {
  const at = setting === undefined ? '' : ` (setting ${setting})`;
  const state = ok ? 'ok' : `does not work: ${message ?? 'no reason was given'}${at}`;
  return [`${id}  ${kind}  ${name}: ${state}`, ...warnings.map((warning) => `  note: ${warning}`)].join('\n');
}
