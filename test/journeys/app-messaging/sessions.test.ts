import { randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Api } from '../../support/api';
import { type AppShop, onEachAppGateway, tokenOf } from './app-world';
import { signed } from './sdk';
import { SETTINGS } from './settings';

const HOUR_MS = 3_600_000;

onEachAppGateway('sessions of an app', (stage) => {
  const anyone = (shop: AppShop) => new Api(stage.gateway.origin, '', shop.api.base);
  const start = async (shop: AppShop) => (await anyone(shop).get('/sessions/start')).body;
  const login = (shop: AppShop, challenge: { authenticationId: string }, authenticationToken: string) =>
    anyone(shop).post('/sessions', {
      ...{ authenticationId: challenge.authenticationId, authenticationToken },
      ...{ deviceId: 'd', platform: 'p', platformVersion: '1', sdkType: 'native', sdkVersion: '1' },
    });

  it('the SDK logs in, is known by its profile, and logs out', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const session = await ada.sdk.startSession();
    expect(session).toMatchObject({
      ...{ id: expect.any(String), profileId: 'ada', isActive: true, state: 'SessionStarted' },
      ...{ platform: 'javascript', sdkType: 'native', sdkVersion: '1.3.0.46', provider: 'jsonWebToken' },
      ...{ deviceId: expect.any(String), sourceIp: expect.stringContaining('127.0.0.1') },
      ...{ startedOn: expect.any(String), createdOn: expect.any(String), nonce: expect.any(String) },
    });
    const api = shop.as(ada);
    const read = await api.get(`/sessions/${session.id}`);
    expect(read.body).toMatchObject({ id: session.id, profileId: 'ada' });

    expect(await ada.sdk.endSession()).toBe(true);
    expect((await api.get(`/sessions/${session.id}`)).status).toBe(401);
    expect((await shop.api.get('/profiles/ada')).status).toBe(200);
  });

  it('its token is what the SDK reads: three parts, readable by atob, with the space and the end', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ünïcødé? ~>');
    await ada.sdk.startSession();
    const parts = tokenOf(ada).split('.');
    expect(parts).toHaveLength(3);
    const payload = JSON.parse(atob(parts[1] ?? ''));
    expect(payload.apiSpaceId).toBe(shop.spaceId);
    expect(payload.exp * 1000).toBeGreaterThan(Date.now() + HOUR_MS);
    expect(tokenOf(ada).length).toBeLessThan(500);
  });

  it('the SDK recovers by itself when its session was ended elsewhere', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { id } = await ada.sdk.startSession();
    expect((await shop.as(ada).delete(`/sessions/${id}`)).status).toBe(204);
    const profile = await ada.sdk.services.profile.getMyProfile();
    expect(profile.id).toBe('ada');
    expect(ada.sdk.session.id).not.toBe(id);
  });

  it('a session ends in time', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { id } = await ada.sdk.startSession();
    const api = shop.as(ada);
    expect((await api.get(`/sessions/${id}`)).status).toBe(200);
    stage.gateway.advance(7 * 24 * HOUR_MS + 1);
    try {
      expect((await api.get(`/sessions/${id}`)).status).toBe(401);
    } finally {
      stage.gateway.advance(-(7 * 24 * HOUR_MS + 1));
    }
  });

  it('two sessions of one device are both good', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const [one, two] = await Promise.all([ada.sdk.startSession(), ada.sdk.startSession()]);
    expect(one.deviceId).toBe(two.deviceId);
    expect(one.id).not.toBe(two.id);
    for (const { id } of [one, two]) {
      const known = await shop.api.as(tokenOf(ada)).get(`/sessions/${id}`);
      // The SDK keeps the token of one of them; of the other one it is not the owner.
      expect(known.status).toBe(id === ada.sdk.session.id ? 200 : 404);
    }
    expect((await ada.sdk.services.profile.getMyProfile()).id).toBe('ada');
  });

  it('nobody sees or ends the session of somebody else', async () => {
    const shop = await stage.shop();
    const [ada, eve] = [await shop.install('ada'), await shop.install('eve')];
    const { id } = await ada.sdk.startSession();
    await eve.sdk.startSession();
    for (const call of [shop.as(eve).get(`/sessions/${id}`), shop.as(eve).delete(`/sessions/${id}`)])
      expect((await call).status).toBe(404);
    expect((await shop.as(ada).get(`/sessions/${id}`)).status).toBe(200);
  });

  it('a challenge is answered once', async () => {
    const shop = await stage.shop();
    const challenge = await start(shop);
    expect(challenge).toEqual({
      ...{ authenticationId: expect.any(String), provider: 'jsonWebToken', nonce: expect.any(String) },
      expiresOn: expect.any(String),
    });
    const token = await signed('ada', challenge.nonce);
    expect((await login(shop, challenge, token)).status).toBe(200);
    const replayed = await login(shop, challenge, token);
    expect(replayed.status).toBe(403);
    expect(replayed.body.detail).toContain('answered before');
  });

  it('of many answers to one challenge at once, one is taken', async () => {
    const shop = await stage.shop();
    const challenge = await start(shop);
    const token = await signed('ada', challenge.nonce);
    const answers = await Promise.all(Array.from({ length: 8 }, () => login(shop, challenge, token)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 403, 403, 403, 403, 403, 403, 403]);
  });

  it('a challenge is over after ten minutes, and is no other space’s', async () => {
    const shop = await stage.shop();
    const other = await stage.shop();
    const challenge = await start(shop);
    expect((await login(other, challenge, await signed('ada', challenge.nonce))).status).toBe(403);
    stage.gateway.advance(10 * 60_000);
    const late = await login(shop, challenge, await signed('ada', challenge.nonce));
    stage.gateway.advance(-10 * 60_000);
    expect(late.status).toBe(403);
  });

  it('only a token that the business signed for this challenge lets anybody in', async () => {
    const shop = await stage.shop();
    const { sharedSecret, issuer, audience } = SETTINGS;
    const key = new TextEncoder().encode(sharedSecret);
    const forged = (nonce: string): Record<string, Promise<string> | string> => ({
      'alg none': new UnsecuredJWT({ sub: 'ada', nonce })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('1m')
        .encode(),
      'another algorithm': new SignJWT({ sub: 'ada', nonce })
        .setProtectedHeader({ alg: 'HS512' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('1m')
        .sign(key),
      'another secret': signed('ada', nonce, { secret: 'some other secret of the same length ...' }),
      'another issuer': signed('ada', nonce, { issuer: 'https://evil.example' }),
      'another audience': signed('ada', nonce, { audience: 'elsewhere' }),
      expired: signed('ada', nonce, { expiresOn: new Date(Date.now() - HOUR_MS) }),
      'not yet valid': signed('ada', nonce, { claims: { nbf: Math.floor(Date.now() / 1000) + 3_600 } }),
      'another nonce': signed('ada', `${nonce}0`),
      'no id': signed('ada', nonce, { claims: { sub: undefined } }),
      'an id that is no text': signed('ada', nonce, { claims: { sub: { $ne: null } } }),
      'an id that is a path': signed('..', nonce),
      'no end': new SignJWT({ sub: 'ada', nonce })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(issuer)
        .setAudience(audience)
        .sign(key),
      nonsense: 'a.b.c',
      'an agent token that nobody gave': 'as_0123456789',
    });
    for (const [what, token] of Object.entries(forged('a nonce that is not ours'))) {
      void token;
      const challenge = await start(shop);
      const answer = await login(shop, challenge, await (forged(challenge.nonce)[what] ?? ''));
      expect([what, answer.status]).toEqual([what, 403]);
      expect(JSON.stringify(answer.body)).not.toContain(sharedSecret);
    }
    const challenge = await start(shop);
    expect((await login(shop, challenge, await signed('ada', challenge.nonce))).status).toBe(200);
  });

  it('a challenge that we did not make lets nobody in', async () => {
    const shop = await stage.shop();
    for (const authenticationId of ['', 'x', `${randomUUID()}.zzzzzzzz.${'0'.repeat(64)}`])
      expect((await login(shop, { authenticationId }, await signed('ada', 'n'))).status).toBe(403);
  });

  it('a customer never becomes an agent by their id', async () => {
    const shop = await stage.shop();
    const challenge = await start(shop);
    const answer = await login(shop, challenge, await signed('ann', challenge.nonce));
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain('agent');
  });

  it('the id may stand in another claim, and hold every kind of character', async () => {
    const shop = await stage.shop({ idClaim: 'https://shop.example/user' });
    const id = `a/b c+d%25&e=f?g#h"<i>'\\;ü💥\u202e`;
    const odd = await shop.install(id, {
      answer: (nonce) => signed('ignored', nonce, { claims: { 'https://shop.example/user': id } }),
    });
    expect((await odd.sdk.startSession()).profileId).toBe(id);
    expect((await odd.sdk.services.profile.getMyProfile()).id).toBe(id);
  });

  it('anonymous users come in only where the business lets them, under ids of their own', async () => {
    const closed = await stage.shop();
    const asked = `/sessions/tokens/anon?id=${randomUUID()}&nonce=n`;
    expect((await anyone(closed).get(asked)).status).toBe(403);
    const shop = await stage.shop({ allowAnonymous: true });
    const id = randomUUID();
    const nobody = await shop.install('nobody', {
      answer: async (nonce) =>
        (await anyone(shop).get(`/sessions/tokens/anon?id=${id}&nonce=${nonce}`)).body.token,
    });
    expect((await nobody.sdk.startSession()).profileId).toBe(`anonymous:${id}`);
    expect((await anyone(shop).get('/sessions/tokens/anon?id=ada&nonce=n')).status).toBe(400);
  });

  it('of two accounts of one space, the one that the token names lets in', async () => {
    const shop = await stage.shop();
    const settings = { ...SETTINGS, audience: 'second', sharedSecret: 'another secret of the second app' };
    const made = await shop.api.post('/channels', {
      kind: 'appMessaging',
      name: 'Two',
      teamId: 'sales',
      settings,
    });
    expect(made.status).toBe(201);
    const second = await shop.install('ada', {
      answer: (nonce) => signed('ada', nonce, { audience: 'second', secret: settings.sharedSecret }),
    });
    const first = await shop.install('ada');
    expect((await first.sdk.startSession()).profileId).toBe('ada');
    expect((await second.sdk.startSession()).profileId).toBe('ada');
  });

  it('without a session, or with a broken one, every call is a 401', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const token = tokenOf(ada);
    const [header, payload, signature] = token.split('.');
    const broken = ['', 'x', `${header}.${payload}.`, `${header}.${payload}.${signature?.slice(0, -4)}AAAA`];
    const other = await stage.shop();
    for (const bad of broken)
      for (const path of ['/conversations', '/profiles/ada', '/sessions/x'])
        expect((await shop.api.as(bad).get(path)).status).toBe(401);
    expect((await other.api.as(token).get('/conversations')).status).toBe(401);
  });
});
