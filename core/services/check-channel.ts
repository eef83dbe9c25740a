import { ChannelError, type CheckReport } from '../../plugins/contract/index';
import { isLive } from '../channels/registry';
import { isId } from '../model/id';
import { notFound, Problem } from '../model/problem';
import type { Caller } from './caller';
import type { Context } from './context';

/** What trying an account's settings showed. */
export type CheckResult =
  | ({ readonly ok: true } & CheckReport)
  | {
      readonly ok: false;
      readonly kind: string;
      readonly message: string;
      readonly setting?: string | undefined;
      readonly providerCode?: string | undefined;
    };

const TIMEOUT_MS = 15_000;

/** Tries an account's settings at the provider. An account that was paused goes on when they work. */
export async function check(context: Context, caller: Caller, id: string): Promise<CheckResult> {
  const runtime = isId(id) ? await context.registry.find(id) : undefined;
  if (runtime?.account.spaceId !== caller.spaceId) throw notFound('channel account', id);
  if (!isLive(runtime))
    throw new Problem('conflict', `the plugin "${runtime.account.adapter}" of this account is not installed`);
  return tryOut(context, id);
}

/** The same without waiting for it, after settings changed. */
export function checkSoon(context: Context, id: string): void {
  tryOut(context, id).catch((error: unknown) => {
    context.log.warn({ error, accountId: id }, 'channel account not checked');
  });
}

/** The same for whoever may. */
export async function tryOut(
  context: Pick<Context, 'registry' | 'health'>,
  id: string,
): Promise<CheckResult> {
  const runtime = context.registry.get(id);
  if (!isLive(runtime)) throw notFound('channel account', id);
  try {
    const report = await runtime.channel.check(AbortSignal.timeout(TIMEOUT_MS));
    const { credentialExpiresOn } = report;
    await context.health.note(id, { state: 'connected', credentialExpiresOn });
    return { ok: true, ...report };
  } catch (error) {
    if (!ChannelError.is(error)) throw error;
    const { kind, message, detail } = error;
    const state = kind === 'unauthorized' ? 'unauthorized' : 'waiting';
    await context.health.note(id, { state, error: { message, setting: detail.setting } });
    return { ok: false, kind, message, setting: detail.setting, providerCode: detail.providerCode };
  }
}
