import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, type Body, onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;

onEachGateway('who may call', (stage) => {
  const inAnHour = () => new Date(Date.now() + HOUR_MS).toISOString();
  const api = () => aSpace(stage.gateway);

  describe('a token', () => {
    test('is shown once, and listed without its secret ever after', async () => {
      const space = await api();

      const made = await space.post('/tokens', { name: 'reports', scopes: ['chat:read'] });
      const listed = await space.get('/tokens');

      expect(made).toMatchObject({ status: 201, body: { name: 'reports', scopes: ['chat:read'] } });
      expect(made.body.token).toMatch(/^at_[\w-]{40,}$/);
      expect(listed.body.map((token: Body) => token.name)).toEqual(['first', 'reports']);
      for (const secret of [made.body.token, space.token])
        expect(JSON.stringify(listed.body)).not.toContain(secret);
    });

    test('says when it was last used', async () => {
      const space = await api();

      await space.get('/chats');

      await until(async () => (await space.get('/tokens')).body[0].lastUsedOn !== undefined);
    });

    test('is rotated: for a while both work, then only the successor', async () => {
      const space = await api();
      const { body: old } = await space.post('/tokens', { name: 'app', scopes: ['chat:read'] });

      const { status, body: successor } = await space.post(`/tokens/${old.id}/rotate`, {
        overlapSeconds: 60,
      });

      expect(status).toBe(201);
      expect(successor).toMatchObject({ name: 'app', scopes: ['chat:read'] });
      expect((await space.as(old.token).get('/chats')).status).toBe(200);
      expect((await space.as(successor.token).get('/chats')).status).toBe(200);
      stage.gateway.advance(61_000);
      expectProblem(await space.as(old.token).get('/chats'), 'unauthorized');
      expect((await space.as(successor.token).get('/chats')).status).toBe(200);
    });

    test('is revoked at once', async () => {
      const space = await api();
      const { body: token } = await space.post('/tokens', { name: 'app' });
      expect((await space.as(token.token).get('/chats')).status).toBe(200);

      const { status } = await space.delete(`/tokens/${token.id}`);

      expect(status).toBe(204);
      const refused = await space.as(token.token).get('/chats');
      expectProblem(refused, 'unauthorized');
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expectProblem(await space.delete(`/tokens/${token.id}`), 'not-found');
      expectProblem(await space.post(`/tokens/${token.id}/rotate`, {}), 'not-found');
    });

    test('expires at its time', async () => {
      const space = await api();
      const { body: token } = await space.post('/tokens', { name: 'today', expiresOn: inAnHour() });
      expect((await space.as(token.token).get('/chats')).status).toBe(200);

      stage.gateway.advance(HOUR_MS + 1000);

      expectProblem(await space.as(token.token).get('/chats'), 'unauthorized');
      expect((await space.get('/tokens')).body.map((one: Body) => one.name)).toEqual(['first']);
    });

    test('that expires does not live longer by being rotated', async () => {
      const space = await api();
      const expiresOn = new Date(Date.now() + 100 * 24 * HOUR_MS).toISOString();
      const { body: token } = await space.post('/tokens', { name: 'guest', expiresOn });

      const { body: successor } = await space.post(`/tokens/${token.id}/rotate`, {});

      expect(successor.expiresOn).toBe(expiresOn);
    });

    test.each([
      ['chat:read', 'GET', '/chats', 'POST', '/chats'],
      ['config:read', 'GET', '/chat/config', 'POST', '/chat/config/teams'],
      ['channels:read', 'GET', '/channels', 'POST', '/channels'],
      ['profiles:read', 'GET', '/profiles', 'POST', '/profiles'],
      ['tokens:read', 'GET', '/tokens', 'POST', '/tokens'],
      ['events:read', 'GET', '/events', 'GET', '/chats'],
    ])('with the scope %s reads, and does nothing else', async (scope, method, path, other, elsewhere) => {
      const space = await api();
      const { body } = await space.post('/tokens', { name: 'limited', scopes: [scope] });
      const limited = space.as(body.token);

      expect((await limited.call(method, path)).status).toBe(200);
      const refused = await limited.call(other, elsewhere, other === 'POST' ? { body: {} } : {});
      expectProblem(refused, 'forbidden');
      expect(refused.body.detail).toMatch(/scope \w+:\w+/);
    });

    test('with a scope to write may read that service, and no other', async () => {
      const space = await api();
      const { body } = await space.post('/tokens', { name: 'limited', scopes: ['config:write'] });
      const limited = space.as(body.token);

      expect((await limited.post('/chat/config/teams', { name: 'T' })).status).toBe(201);
      expect((await limited.get('/chat/config')).status).toBe(200);
      expectProblem(await limited.get('/chats'), 'forbidden');
    });

    test('is refused with a 400 for an unknown scope, field or date', async () => {
      const space = await api();

      expectInvalid(await space.post('/tokens', { name: 'x', scopes: ['chat:admin'] }), 'scopes.0');
      expectInvalid(
        await space.post('/tokens', { scopes: [], colour: 1, expiresOn: 'soon' }),
        'name',
        'scopes',
        'colour',
        'expiresOn',
      );
      expectInvalid(await space.post('/tokens/none/rotate', { overlapSeconds: -1 }), 'overlapSeconds');
    });

    test('missing, malformed or unknown is a 401', async () => {
      const space = await api();
      const asking = (authorization: string) =>
        space.get('/chats', { token: '', headers: { authorization } });

      expectProblem(await space.get('/chats', { token: '' }), 'unauthorized');
      for (const value of [
        'Bearer',
        'Bearer ',
        'Basic YTpi',
        `Bearer ${space.token}x`,
        'Bearer at_nonsense',
        space.token,
      ])
        expectProblem(await asking(value), 'unauthorized');
    });
  });

  describe("a partner's key", () => {
    test('makes, lists, reads and renames API spaces', async () => {
      const { partner } = stage.gateway;

      const { status, body: made } = await partner.post('/apispaces', { name: 'New shop' });
      const renamed = await partner.put(`/apispaces/${made.id}`, { name: 'Old shop' });

      expect(status).toBe(201);
      expect(made).toMatchObject({
        id: expect.any(String),
        name: 'New shop',
        accessToken: expect.any(String),
      });
      expect(renamed.body).toMatchObject({ id: made.id, name: 'Old shop' });
      expect((await partner.get(`/apispaces/${made.id}`)).body).toEqual(renamed.body);
      const listed = (await partner.get('/apispaces')).body.find((space: Body) => space.id === made.id);
      expect(listed).toEqual(renamed.body);
    });

    test('does nothing inside of a space but manage its tokens', async () => {
      const space = await api();
      const partner = space.as(stage.gateway.partner.token);

      expectProblem(await partner.get('/chats'), 'forbidden');
      expectProblem(await partner.get('/channels'), 'forbidden');
      expectProblem(await partner.post('/chat/config/teams', { name: 'T' }), 'forbidden');
      expectProblem(await partner.get('/events'), 'forbidden');
      expect((await partner.get('/tokens')).body).toMatchObject([{ name: 'first' }]);
      const { body } = await partner.post('/tokens', { name: 'made by the partner' });
      expect((await space.as(body.token).get('/chats')).status).toBe(200);
    });

    test("is not what a space's token is: that cannot manage spaces", async () => {
      const space = await api();
      const { origin } = stage.gateway;
      const bare = stage.gateway.partner.as(space.token);

      expectProblem(await bare.get('/apispaces'), 'forbidden');
      expectProblem(await bare.post('/apispaces', { name: 'Mine' }), 'forbidden');
      expectProblem(await bare.delete(space.base), 'forbidden');
      expect(origin).toMatch(/^http/);
    });

    test('closes a space: its tokens stop, and its channels take nothing any more', async () => {
      const shop = await stage.shop();
      await shop.chatFrom(aCustomer());

      const { status } = await stage.gateway.partner.delete(shop.api.base);

      expect(status).toBe(204);
      expectProblem(await shop.api.get('/chats'), 'unauthorized');
      await until(async () => (await shop.text(aCustomer(), 'anybody there?')).status === 404, {
        patienceMs: 8_000,
      });
      expectProblem(await stage.gateway.partner.get(shop.api.base), 'not-found');
    });

    test('names in a 400 what is wrong with a space', async () => {
      const { partner } = stage.gateway;

      expectInvalid(await partner.post('/apispaces', {}), 'name');
      expectInvalid(await partner.post('/apispaces', { name: '', id: 'mine' }), 'name', 'id');
      expectProblem(await partner.get('/apispaces/none'), 'not-found');
    });
  });
});
