import type { Desk } from '../desk';
import type { Settings } from './settings-schema';
import type { Account, Kind } from './shapes';

/** What is to be done at the provider before the settings are known. */
export function beforehand({ title, guide }: Kind): string {
  return [`Connecting ${title}.`, ...numbered(guide?.before ?? [])].join('\n');
}

/** What is to be done there once the settings work. */
export async function afterwards(
  { say, ask }: Pick<Desk, 'say' | 'ask'>,
  { guide }: Kind,
  made: { readonly account: Account; readonly settings: Settings },
): Promise<void> {
  const { webhookUrl } = made.account;
  if (webhookUrl?.startsWith('http://'))
    say('Note: providers deliver to https addresses that they can reach; set PUBLIC_URL to such a one.');
  const steps = guide?.after ?? [];
  if (steps.length > 0) {
    say(['\nNow at the provider:', ...numbered(steps.map((step) => filled(step, made)))].join('\n'));
    await ask('Press Enter when that is done');
  } else if (webhookUrl !== undefined) say(`Give the provider this address: ${webhookUrl}`);
}

function numbered(steps: readonly string[]): string[] {
  return steps.map((step, at) => `  ${at + 1}. ${step}`);
}

function filled(
  step: string,
  { account, settings }: { readonly account: Account; readonly settings: Settings },
): string {
  const known: Readonly<Record<string, unknown>> = {
    ...settings,
    webhookUrl: account.webhookUrl,
    sharedWebhookUrl: account.sharedWebhookUrl ?? account.webhookUrl,
  };
  return step.replace(/\{(\w+)\}/g, (whole, name: string) => (name in known ? String(known[name]) : whole));
}
