import { expectInvalid, expectProblem } from '../../support/problems';
import { aCustomer, type Body, onEachGateway, type Shop } from '../../support/shop';
import { until } from '../../support/until';
import { must } from '../teams/team-world';

const HOUR_MS = 3_600_000;

/** Who served a customer, and what the customer said. */
interface Served {
  readonly team: string;
  readonly agent: string;
  readonly rating?: number;
}

onEachGateway('what customers said, for the business', (stage) => {
  /** Serves customers, asks them, and lets them answer. */
  const serve = async (shop: Shop, served: readonly Served[]) => {
    const chats: { customer: string; rating: number | undefined }[] = [];
    for (const { team, agent, rating } of served) {
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'hi');
      await must(shop.api.put(`/chats/${id}/assign`, { teamId: team, agentId: agent }));
      await must(shop.answer(id, 'hello', agent));
      await must(shop.api.put(`/chats/${id}/close`, {}));
      chats.push({ customer, rating });
    }
    for (const { customer, rating } of chats) {
      const link = await until(() =>
        shop
          .sentTo(customer)
          .flatMap(({ body }) => /\/rate\/[\w-]+/.exec(String(body)) ?? [])
          .at(0),
      );
      const body = new URLSearchParams({ rating: String(rating), comment: `says ${rating}` });
      if (rating !== undefined) await fetch(stage.gateway.origin + link, { method: 'POST', body });
    }
  };

  /** Yesterday ann and cid had two customers, today ann and bob; dot leads sales. */
  const aRatedShop = async () => {
    const shop = await stage.shop();
    const { api } = shop;
    for (const team of ['sales', 'support'])
      await must(
        api.put(`/chat/config/teams/${team}/settings`, { satisfaction: { question: 'How was it?' } }),
      );
    await must(api.post('/chat/config/agents', { id: 'dot', name: 'Dot', email: 'dot@shop.example' }));
    await must(api.put('/chat/config/teams/sales/members/dot', { role: 'lead' }));
    await serve(shop, [
      { team: 'sales', agent: 'ann', rating: 5 },
      { team: 'support', agent: 'cid', rating: 2 },
    ]);
    stage.gateway.advance(24 * HOUR_MS);
    await serve(shop, [
      { team: 'sales', agent: 'ann', rating: 4 },
      { team: 'sales', agent: 'bob', rating: 4 },
      { team: 'sales', agent: 'ann' },
    ]);
    const { body } = await api.get('/satisfaction?agentId=bob');
    const today = new Date(Date.parse(body[0].askedOn) - HOUR_MS).toISOString();
    const session = async (agent: string) =>
      api.as((await must(api.post(`/chat/config/agents/${agent}/sessions`))).body.token);
    return { api, today, session };
  };
  const seen = (ratings: readonly Body[]) =>
    ratings.map(({ agentId, rating }) => `${agentId} ${rating ?? '-'}`).toSorted();

  test('is listed and added up, by team, agent and time', async () => {
    const { api, today } = await aRatedShop();
    const list = async (query: string) => seen((await must(api.get(`/satisfaction?${query}`))).body);
    const sum = async (query: string) => (await must(api.get(`/satisfaction/summary?${query}`))).body;

    const { body } = await api.get('/satisfaction?agentId=cid');
    expect(body).toEqual([
      {
        ...{ chatId: expect.any(String), teamId: 'support', agentId: 'cid', by: 'link' },
        ...{ rating: 2, comment: 'says 2', askedOn: expect.any(String), ratedOn: expect.any(String) },
      },
    ]);
    expect((await api.get(`/chats/${body[0].chatId}/satisfaction`)).body).toEqual(body[0]);
    expect(await list('')).toEqual(['ann 4', 'ann 5', 'bob 4', 'cid 2']);
    expect(await list('includeUnanswered=true')).toEqual(['ann -', 'ann 4', 'ann 5', 'bob 4', 'cid 2']);
    expect(await list('teamId=sales&agentId=ann')).toEqual(['ann 4', 'ann 5']);
    expect(await list(`from=${today}`)).toEqual(['ann 4', 'bob 4']);
    expect(await list(`to=${today}`)).toEqual(['ann 5', 'cid 2']);
    expect(await sum('')).toEqual({
      ...{ asked: 5, answered: 4, average: 3.75 },
      distribution: { 1: 0, 2: 1, 3: 0, 4: 2, 5: 1 },
    });
    expect(await sum(`teamId=sales&from=${today}`)).toEqual({
      ...{ asked: 3, answered: 2, average: 4 },
      distribution: { 1: 0, 2: 0, 3: 0, 4: 2, 5: 0 },
    });
    expect(await sum('agentId=nobody')).toEqual({
      ...{ asked: 0, answered: 0 },
      distribution: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 },
    });
  });

  test('comes in pages that lead to the first rating, each once', async () => {
    const { api } = await aRatedShop();
    const whole = (await api.get('/satisfaction?includeUnanswered=true')).body;
    const found: Body[] = [];
    let next = `${api.origin}${api.base}/satisfaction?includeUnanswered=true&limit=2`;
    for (let pages = 0; next !== '' && pages < 5; pages += 1) {
      const { search } = new URL(next);
      const page = await must(api.get(`/satisfaction${search}`));
      found.push(...page.body);
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    }
    expect(next).toBe('');
    expect(found).toEqual(whole);
    expect(whole).toHaveLength(5);
    const times = whole.map(({ askedOn }: Body) => askedOn);
    expect(times).toEqual(times.toSorted().toReversed());
    expectInvalid(await api.get('/satisfaction?cursor=abc'), 'cursor');
    expectInvalid(await api.get('/satisfaction?from=yesterday'), 'from');
    expectInvalid(await api.get('/satisfaction/summary?to=soon'), 'to');
  });

  test('an agent sees what was said of them, a lead what was said of their team, and nobody else anything', async () => {
    const { api, session } = await aRatedShop();
    for (const [agent, expected, average] of [
      ['ann', ['ann 4', 'ann 5'], 4.5],
      ['bob', ['bob 4'], 4],
      ['cid', ['cid 2'], 2],
      ['dot', ['ann 4', 'ann 5', 'bob 4'], 4.33],
    ] as const) {
      const own = await session(agent);
      expect(seen((await own.get('/satisfaction')).body)).toEqual(expected);
      expect((await own.get('/satisfaction/summary')).body).toMatchObject({
        ...{ answered: expected.length, average },
      });
      const ofOthers = agent === 'cid' ? 'ann' : 'cid';
      expect((await own.get(`/satisfaction?agentId=${ofOthers}`)).body).toEqual([]);
      expect((await own.get(`/satisfaction/summary?agentId=${ofOthers}`)).body.asked).toBe(0);
    }
    const other = await stage.shop();
    for (const path of ['/satisfaction', '/satisfaction/summary']) {
      expectProblem(await api.as(other.api.token).get(path), 'not-found');
      expectProblem(await api.as(stage.gateway.partner.token).get(path), 'forbidden');
      expectProblem(await api.as('').get(path), 'unauthorized');
      expect((await other.api.get(path)).body).toEqual(
        path.endsWith('summary') ? expect.objectContaining({ asked: 0 }) : [],
      );
    }
  });
});
