import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';

onEachGateway('a token with few rights', (stage) => {
  const limitedTo = async (...scopes: string[]) => {
    const api = await aSpace(stage.gateway);
    const { body } = await api.post('/tokens', { name: 'limited', scopes });
    return { api, limited: api.as(body.token) };
  };

  test('cannot make one with more than it has', async () => {
    const { limited } = await limitedTo('tokens:write');

    const wider = await limited.post('/tokens', { name: 'wider', scopes: ['*'] });
    const other = await limited.post('/tokens', { name: 'other', scopes: ['chat:write'] });
    const byDefault = await limited.post('/tokens', { name: 'everything by default' });
    const equal = await limited.post('/tokens', { name: 'equal', scopes: ['tokens:read', 'tokens:write'] });

    expectProblem(wider, 'forbidden');
    expectProblem(other, 'forbidden');
    expectProblem(byDefault, 'forbidden');
    expect(equal.status).toBe(201);
  });

  test('cannot get the rights of another by rotating that', async () => {
    const { api, limited } = await limitedTo('tokens:write');
    const [first] = (await api.get('/tokens')).body;

    const stolen = await limited.post(`/tokens/${first.id}/rotate`, { overlapSeconds: 0 });

    expectProblem(stolen, 'forbidden');
    expect((await api.get('/chats')).status).toBe(200);
  });

  test('cannot get an agent’s session, which may chat', async () => {
    const { api, limited } = await limitedTo('config:write');
    await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'a@shop.example' });

    const session = await limited.post('/chat/config/agents/ann/sessions');

    expectProblem(session, 'forbidden');
  });

  test('sees nothing in a refusal that it may not read', async () => {
    const shop = await stage.shop();
    const chat = await shop.chatFrom(aCustomer(), 'a secret');
    const { body } = await shop.api.post('/tokens', { name: 'limited', scopes: ['config:read'] });

    const refused = await shop.api.as(body.token).get(`/chats/${chat.id}/messages?limit=1`);

    expectProblem(refused, 'forbidden');
    expect(JSON.stringify(refused.body)).not.toContain('a secret');
  });
});
