import type { Bench } from './bench';
import { startHelper } from './helper';
import type { MetaAnswer } from './page-process';
import { must, startWorld, type World } from './world';

/** The usual world with a page beside its number; its customers write to the page. */
export async function startPageWorld(bench: Bench): Promise<World> {
  const meta = startHelper<'start', MetaAnswer>('page-process.ts');
  bench.belongings.keep(() => meta.stop());
  const { apiUrl, settings } = await meta.ask('start');
  const world = await startWorld(bench, { settings: { PARLEY_FACEBOOK_API_URL: apiUrl } });
  await must(world.api, '/channels', { kind: 'fbMessenger', name: 'Our page', teamId: 'sales', settings });
  const { pageId, appSecret } = settings;
  return {
    ...world,
    webhooks: (senders) => ({
      kind: 'page webhooks',
      path: '/channels/facebook/webhook',
      ...{ pageId, appSecret, senders },
    }),
  };
}
