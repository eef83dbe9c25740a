import { SignJWT, UnsecuredJWT } from 'jose';
import { until } from '../../support/until';
import { toldOf } from './visitor';
import { must, onWebGateway, SECRET, SITE, textsOf } from './web-chat-world';

const IDENTITY = { identity: { mode: 'optional', secret: SECRET } };
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

onWebGateway('who a visitor is', (stage) => {
  it('an anonymous visitor is the same one each time, and nobody else', async () => {
    const shop = await stage.shop();
    const [ada, bo] = [shop.visitor(), shop.visitor()];
    await ada.say('I am Ada');
    await bo.say('I am Bo');
    const { profileId, credential } = { profileId: ada.profileId, credential: ada.credential };
    const again = shop.visitor();
    again.credential = credential;
    await again.open();
    expect(again.profileId).toBe(profileId);
    expect(textsOf((await again.history()).messages)).toEqual(['I am Ada']);
    expect(bo.profileId).not.toBe(profileId);
    // Who guesses, alters or borrows a credential is somebody new.
    const other = await stage.shop();
    const id = profileId.replace('visitor:', '');
    for (const [where, guess] of [
      ...[id, `${id}.`, `${id}.${'A'.repeat(43)}`, `${credential?.slice(0, -1)}~`, 'null', '{}'].map(
        (one) => [shop, one] as const,
      ),
      [other, credential ?? ''] as const,
    ]) {
      const guesser = where.visitor();
      guesser.credential = guess;
      expect((await guesser.open()).status).toBe(201);
      expect(guesser.profileId).not.toBe(profileId);
      expect((await guesser.history()).messages).toEqual([]);
    }
  });

  it('a user whom the site vouches for comes in as themselves, with what the site says of them', async () => {
    const shop = await stage.shop(IDENTITY);
    const [phone, desk] = [shop.visitor(), shop.visitor()];
    expect(
      await phone.open(await shop.vouch({ sub: 'ada', name: 'Ada L', email: 'ada@home.example' })),
    ).toMatchObject({
      status: 201,
      body: { profileId: 'ada', isVerified: true },
    });
    await phone.say('from the phone');
    await desk.open(await shop.vouch({ sub: 'ada' }));
    expect(textsOf((await desk.history()).messages)).toEqual(['from the phone']);
    expect((await shop.api.get('/profiles/ada')).body).toMatchObject({
      name: 'Ada L',
      email: 'ada@home.example',
    });
    const [chat] = await shop.chatsOf('ada');
    expect(chat.name).toBe('Ada L');
  });

  it('no other token lets anybody in: forged, expired, unsigned, for somebody else, or good for too long', async () => {
    const shop = await stage.shop(IDENTITY);
    const key = new TextEncoder().encode(SECRET);
    const signed = (claims: Record<string, unknown>, alg = 'HS256') =>
      new SignJWT({ sub: 'ada', aud: shop.accountId, exp: inSeconds(300), ...claims })
        .setProtectedHeader({ alg })
        .sign(key);
    const good = await signed({});
    const [head = '', body = '', signature = ''] = good.split('.');
    const { HS256: _, ...bad } = {
      HS256: good,
      forged: await shop.vouch({ sub: 'ada' }, 'the secret of somebody else'),
      expired: await signed({ exp: inSeconds(-120) }),
      'not yet': await signed({ nbf: inSeconds(600) }),
      'no expiry': await new SignJWT({ sub: 'ada', aud: shop.accountId })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(key),
      'too long': await signed({ exp: inSeconds(86_400) }),
      'another audience': await signed({ aud: 'another chat' }),
      'no audience': await signed({ aud: undefined }),
      'no subject': await signed({ sub: undefined }),
      'a visitor': await signed({ sub: 'visitor:1' }),
      unsigned: new UnsecuredJWT({ sub: 'ada' }).setAudience(shop.accountId).setExpirationTime('5m').encode(),
      none: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`,
      HS512: await signed({}, 'HS512'),
      cut: `${head}.${body}`,
      nonsense: 'a.b.c',
      empty: '',
    };
    for (const [what, jwt] of Object.entries(bad)) {
      const visitor = shop.visitor();
      expect([what, (await visitor.open(jwt)).status]).toEqual([what, 401]);
      expect(visitor.session).toBeUndefined();
    }
    expect((await shop.visitor().open(good)).status).toBe(201);
    // An agent is no customer, whatever the site says; and without a secret nobody is vouched for.
    expect((await shop.visitor().open(await signed({ sub: 'ann' }))).status).toBe(403);
    const plain = await stage.shop();
    expect((await plain.visitor().open(await plain.vouch({ sub: 'ada' }))).status).toBe(401);
  });

  it('where a token is required nobody anonymous gets in, nor stays', async () => {
    const shop = await stage.shop(IDENTITY);
    const early = shop.visitor();
    await early.say('before');
    const stream = await early.listen();
    await shop.set({ identity: { mode: 'required', secret: SECRET } });
    expect((await shop.visitor().open()).status).toBe(401);
    expect((await early.open()).status).toBe(401);
    for (const [method, path, body] of [
      ['GET', '/messages'],
      ['POST', '/messages', { ref: 'x', parts: [{ type: 'text/plain', data: 'x' }] }],
      ['POST', '/typing', { on: true }],
      ['POST', '/files', {}],
    ] as const)
      expect((await early.call(method, path, { body })).status).toBe(401);
    expect((await early.listen()).status).toBe(401);
    await until(() => toldOf(stream, 'ended').length > 0, { patienceMs: 25_000 });
    await stream.ended;
    expect((await shop.visitor().open(await shop.vouch({ sub: 'ada' }))).status).toBe(201);
  });

  it('whoever signs in never sees what others said in that browser, and ends their sessions and streams', async () => {
    const shop = await stage.shop(IDENTITY);
    const browser = shop.visitor();
    await browser.say('an anonymous secret');
    const anonymous = { token: browser.token, profileId: browser.profileId };
    const first = await browser.listen('?after=0');
    await browser.open(await shop.vouch({ sub: 'ada' }));
    await until(() => toldOf(first, 'ended').length > 0);
    expect(toldOf(first, 'ended')).toMatchObject([{ data: { reason: 'identity' } }]);
    await first.ended;
    expect((await browser.call('GET', '/messages', { token: anonymous.token })).status).toBe(401);
    expect((await browser.history()).messages).toEqual([]);
    await browser.say('a secret of Ada');
    const adas = await browser.listen('?after=0');
    await browser.open(await shop.vouch({ sub: 'bo' }));
    await until(() => toldOf(adas, 'ended').length > 0);
    const bos = await browser.listen('', '99'); // a number of somebody else's conversation
    await browser.say('I am Bo');
    await until(() => toldOf(bos, 'message').length === 1);
    expect(textsOf((await browser.history()).messages)).toEqual(['I am Bo']);
    // Signed out, the browser has its own anonymous conversation again, and no other.
    await must(browser.call('DELETE', '/sessions/current'));
    await bos.ended;
    await browser.open();
    expect(browser.profileId).toBe(anonymous.profileId);
    expect(textsOf((await browser.history()).messages)).toEqual(['an anonymous secret']);
  });

  it('a page that is anonymous beside one that is signed in ends nothing of it', async () => {
    const shop = await stage.shop(IDENTITY);
    const browser = shop.visitor();
    await browser.open(await shop.vouch({ sub: 'ada' }));
    const { token } = browser;
    await browser.open();
    expect((await browser.call('GET', '/messages', { token })).status).toBe(200);
  });

  it('the previous secret serves while the site rotates, and an audience of one’s own is asked for', async () => {
    const next = 'the next secret of the shop';
    const shop = await stage.shop({
      identity: { mode: 'optional', secret: next, previousSecret: SECRET, audience: 'chat' },
    });
    for (const [secret, aud, status] of [
      [SECRET, 'chat', 201],
      [next, 'chat', 201],
      [next, shop.accountId, 401],
      ['x'.repeat(20), 'chat', 401],
    ] as const)
      expect((await shop.visitor().open(await shop.vouch({ sub: 'ada', aud }, secret))).status).toBe(status);
    const { settings, secrets } = (await shop.api.get(`/channels/${shop.accountId}`)).body;
    expect(JSON.stringify(settings)).not.toContain('secret of');
    expect(secrets.sort()).toEqual(['identity.previousSecret', 'identity.secret']);
  });

  it('a session ends when its visitor ends it, or when its time is over', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    await visitor.say('hello');
    const stream = await visitor.listen();
    await must(visitor.call('DELETE', '/sessions/current'));
    await until(() => toldOf(stream, 'ended')[0]?.data.reason === 'session');
    expect((await visitor.call('GET', '/messages')).status).toBe(401);
    await visitor.open();
    const late = await visitor.listen();
    stage.gateway.advance(8 * 86_400_000);
    await until(() => toldOf(late, 'ended')[0]?.data.reason === 'expired');
    expect((await visitor.listen()).status).toBe(401);
    expect(SITE).toBe('https://shop.example');
  });
});
