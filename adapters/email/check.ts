import type { CheckReport } from '../../plugins/contract/index';
import type { Account } from './account';
import { openImap } from './imap';
import { imapError, isFolderMissing, noSuchFolder } from './imap-errors';

/** Tries both servers, and names the field at fault. */
export async function check(account: Account, signal: AbortSignal): Promise<CheckReport> {
  const warnings = await checkImap(account, signal);
  await account.smtp.check(AbortSignal.any([signal, account.closed]));
  return { warnings };
}

async function checkImap(account: Account, signal: AbortSignal): Promise<string[]> {
  const { imap } = account.config;
  const client = await openImap(account, signal);
  try {
    const folders = [
      ['imap.folder', imap.folder ?? 'INBOX'],
      ['imap.sentFolder', imap.sentFolder],
      ['imap.moveTo', imap.moveTo],
    ] as const;
    for (const [setting, folder] of folders) {
      if (folder === undefined) continue;
      const exists = await client
        .status(folder, { messages: true })
        .then(Boolean, (error: unknown) => mustBeMissing(error));
      if (!exists) throw noSuchFolder(setting);
    }
    return [
      ...(client.capabilities.has('IDLE')
        ? []
        : ['The server does not say when mail comes: it is asked once a minute.']),
      ...(imap.sentFolder === undefined
        ? ['Without a Sent folder, a send whose outcome is not known stays unknown.']
        : []),
    ];
  } catch (error) {
    throw imapError(error);
  } finally {
    client.close();
  }
}

// A refusal is about the folder; anything else is about the server.
function mustBeMissing(error: unknown): false {
  if (isFolderMissing(error)) return false;
  throw error;
}
