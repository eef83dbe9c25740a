import { randomBytes } from 'node:crypto';
import type { Vault } from '../../channels/secrets';
import type { Instant } from '../../model/instant';
import type { Webhook } from '../../store/webhooks';

/** One signing secret of an endpoint; an old one lives on for a while after a rotation. */
export interface HookSecret {
  readonly value: string;
  readonly until?: Instant;
}

const OLD_LIVES_ON_MS = 24 * 3_600_000;
const BYTES = 32;

/** A secret as Standard Webhooks writes them. */
export function newSecret(): string {
  return `whsec_${randomBytes(BYTES).toString('base64')}`;
}

/** The sealed form of an endpoint's first secret. */
export function sealSecret(vault: Vault, webhookId: string, value: string): string {
  return vault.seal([{ value }] satisfies HookSecret[], webhookId);
}

/** The sealed form after a rotation: both sign, until the old one has lived on for a day. */
export function rotated(
  vault: Vault,
  webhook: Pick<Webhook, 'id' | 'secrets'>,
  { value, now }: { readonly value: string; readonly now: Instant },
): string {
  const [newest] = liveSecrets(vault, webhook, now);
  const old = newest === undefined ? [] : [{ value: newest, until: now + OLD_LIVES_ON_MS }];
  return vault.seal([{ value }, ...old] satisfies HookSecret[], webhook.id);
}

/** The secrets that sign now, the newest first. */
export function liveSecrets(vault: Vault, webhook: Pick<Webhook, 'id' | 'secrets'>, now: Instant): string[] {
  return living(openSecrets(vault, webhook), now);
}

/** The secrets of one endpoint, opened once and not for every delivery. */
export class OpenedSecrets {
  private readonly vault: Vault;
  private sealed: string | undefined;
  private opened: readonly HookSecret[] = [];

  constructor(vault: Vault) {
    this.vault = vault;
  }

  /** Those that sign now, the newest first. */
  live(webhook: Pick<Webhook, 'id' | 'secrets'>, now: Instant): string[] {
    if (webhook.secrets !== this.sealed) {
      this.opened = openSecrets(this.vault, webhook);
      this.sealed = webhook.secrets;
    }
    return living(this.opened, now);
  }
}

function openSecrets(vault: Vault, webhook: Pick<Webhook, 'id' | 'secrets'>): readonly HookSecret[] {
  return vault.open(webhook.secrets, webhook.id) as HookSecret[];
}

function living(secrets: readonly HookSecret[], now: Instant): string[] {
  return secrets.filter(({ until }) => until === undefined || until > now).map(({ value }) => value);
}
