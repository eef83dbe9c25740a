import { expectProblem } from '../support/problems';
import { onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';

const MOST = 12;

onEachGateway(
  'the limit of requests',
  (stage) => {
    test('is told with every answer, and counts down', async () => {
      const api = await aSpace(stage.gateway);

      const first = await api.get('/chats');
      const second = await api.get('/chats/none');

      const told = [first, second].map(({ headers }) => [
        headers.get('x-ratelimit-limit'),
        headers.get('x-ratelimit-remaining'),
      ]);
      expect(told).toEqual([
        [String(MOST), String(MOST - 1)],
        [String(MOST), String(MOST - 2)],
      ]);
      const reset = Number(first.headers.get('x-ratelimit-reset')) * 1000;
      expect(reset).toBeGreaterThan(Date.now());
      expect(reset).toBeLessThan(Date.now() + 62_000);
    });

    test('above it is a 429 that says how long to wait, and nothing is done', async () => {
      const api = await aSpace(stage.gateway);
      for (let n = 0; n < MOST; n += 1) await api.get('/chats');

      const refused = await api.post('/chat/config/teams', { name: 'T' });

      expectProblem(refused, 'too-many-requests');
      const seconds = Number(refused.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    });

    test('is each token’s own: one that asks too much takes nothing from the others', async () => {
      const [greedy, modest] = [await aSpace(stage.gateway), await aSpace(stage.gateway)];
      const { body } = await greedy.post('/tokens', { name: 'second' });

      const answers = await Promise.all(Array.from({ length: 3 * MOST }, () => greedy.get('/chats')));

      expect(answers.filter((answer) => answer.status === 200).length).toBe(MOST - 1);
      expect((await greedy.as(body.token).get('/chats')).status).toBe(200);
      expect((await modest.get('/chats')).status).toBe(200);
    });

    test('does not hold for what operators and providers ask', async () => {
      const urls = Array.from({ length: 2 * MOST }, () => `${stage.gateway.origin}/healthz`);

      const answers = await Promise.all(urls.map((url) => fetch(url)));

      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    });
  },
  { settings: { PARLEY_REQUESTS_PER_MINUTE: String(MOST) } },
);
