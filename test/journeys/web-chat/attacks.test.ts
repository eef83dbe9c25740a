import { randomUUID } from 'node:crypto';
import appMessaging from '../../../adapters/app-messaging/index';
import type { ChannelDefinition } from '../../../plugins/contract/index';
import { sendRaw } from '../../support/raw-http';
import { must, onWebGateway, SITE, textsOf } from './web-chat-world';

onWebGateway(
  'attacks on a web chat',
  (stage) => {
    it('a page of a foreign origin is refused everywhere, and may not read the refusal', async () => {
      const shop = await stage.shop();
      const ours = shop.visitor();
      await ours.open();
      for (const origin of [
        'https://evil.example',
        `${SITE}.evil.example`,
        'http://shop.example',
        `${SITE}:8443`,
        'null',
        `${SITE}/`,
      ]) {
        const foreign = shop.visitor({ origin });
        foreign.session = ours.session;
        for (const [method, path] of [
          ['GET', '/config'],
          ['POST', '/sessions'],
          ['GET', '/messages'],
          ['POST', '/messages'],
          ['GET', '/stream'],
          ['POST', '/files'],
        ] as const) {
          const answer = await foreign.call(method, path, method === 'POST' ? { body: {} } : {});
          expect([origin, path, answer.status]).toEqual([origin, path, 403]);
          expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        }
        const preflight = {
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        };
        expect((await foreign.call('OPTIONS', '/messages', { headers: preflight })).status).toBe(403);
      }
      const preflight = await ours.call('OPTIONS', '/files', {
        headers: { 'access-control-request-method': 'POST' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe(SITE);
      for (const name of ['authorization', 'content-type', 'x-file-name', 'last-event-id'])
        expect(preflight.headers.get('access-control-allow-headers')).toContain(name);
      const refusal = await ours.call('GET', '/messages', { token: 'a.b.c' });
      expect([refusal.status, refusal.headers.get('access-control-allow-origin')]).toEqual([401, SITE]);
    });

    it('no token but one of this account opens anything', async () => {
      const shop = await stage.shop();
      const [visitor, stranger] = [shop.visitor(), (await stage.shop()).visitor()];
      await visitor.say('mine');
      await stranger.open();
      const agent = (await must(shop.api.post('/chat/config/agents/ann/sessions'))).body.token;
      const [head = '', body = ''] = visitor.token.split('.');
      const tokens = [
        stranger.token,
        shop.api.token,
        agent,
        `${head}.${body}.`,
        `${head}.${body}.${'A'.repeat(43)}`,
        'x',
        '',
      ];
      for (const token of tokens)
        for (const path of ['/messages', '/stream'])
          expect([path, (await visitor.call('GET', path, { token })).status]).toEqual([path, 401]);
      // Nor does a visitor's token open the API.
      for (const path of ['/chats', '/profiles', '/events', '/channels', '/chat/config'])
        expect((await shop.api.as(visitor.token).get(path)).status).toBeGreaterThanOrEqual(401);
    });

    it('a visitor reads, marks and sends nothing of another’s', async () => {
      const shop = await stage.shop();
      const [ada, eve] = [shop.visitor(), shop.visitor()];
      const said = await ada.say('for the shop only');
      const file = await ada.sendFile(PNG, 'image/png', 'a.png');
      expect(file.status).toBe(201);
      await eve.say('hello');
      expect(
        (await eve.call('POST', '/marks', { body: { ids: [said.body.id], status: 'read' } })).status,
      ).toBe(400);
      const [id = ''] = file.body.id.split('.');
      for (const fileId of [
        file.body.id,
        id,
        `${id}.${'A'.repeat(43)}`,
        `${randomUUID()}.${'A'.repeat(43)}`,
      ]) {
        const posted = await eve.call('POST', '/messages', {
          body: { ref: randomUUID(), parts: [{ fileId }] },
        });
        expect(posted).toMatchObject({
          status: 400,
          body: { validationFailures: [{ paramName: 'parts.fileId' }] },
        });
      }
      expect(textsOf((await eve.history()).messages)).toEqual(['hello']);
      expect(
        (await ada.call('POST', '/messages', { body: { ref: 'f', parts: [{ fileId: file.body.id }] } }))
          .status,
      ).toBe(201);
    });

    it('whatever is sent is answered, and never a fault', async () => {
      const shop = await stage.shop({ teams: ['sales'] });
      const visitor = shop.visitor();
      await visitor.open();
      const text = [{ type: 'text/plain', data: 'x' }];
      const wrong: readonly (readonly [string, unknown])[] = [
        ...[
          null,
          [],
          7,
          '{',
          {},
          { ref: 'x' },
          { ref: 'x', parts: [] },
          { ref: '', parts: text },
          { ref: 'a b', parts: text },
        ].map((body) => ['/messages', body] as const),
        ...[
          { type: 'text/html', data: '<b>' },
          { type: 'text/plain' },
          { type: 'text/plain', data: ' ' },
          { type: 'text/plain', data: 'x'.repeat(10_001) },
          { type: 'image/png', url: 'https://evil.example/a.png' },
          { fileId: 7 },
        ].map((part) => ['/messages', { ref: 'x', parts: [part] }] as const),
        ...[
          { preChat: 7 },
          { preChat: { email: 'no address' } },
          { preChat: { name: 7 } },
          { teamId: 'support' },
          { page: 'x' },
          { page: { url: 'javascript:alert(1)' } },
        ].map((more) => ['/messages', { ref: 'x', parts: text, ...more }] as const),
        ...[
          {},
          { ids: 'x', status: 'read' },
          { ids: ['x'], status: 'seen' },
          { ids: [randomUUID()], status: 'read' },
        ].map((body) => ['/marks', body] as const),
        ...[{}, { on: 1 }].map((body) => ['/typing', body] as const),
        ...[{ email: 'x' }, { email: 'a@b' }, { name: [] }].map((body) => ['/identity', body] as const),
        ...[{ visitor: 7 }, { jwt: {} }].map((body) => ['/sessions', body] as const),
      ];
      for (const [path, body] of wrong) {
        const answer = await visitor.call('POST', path, { body });
        expect([path, body, answer.status]).toEqual([path, body, 400]);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
      }
      for (const query of [
        '?before=0',
        '?before=-1',
        '?limit=1e9',
        '?limit=',
        '?before=x',
        '?limit=%',
        '?before=99999999999999',
      ])
        expect([200, 400]).toContain((await visitor.call('GET', `/messages${query}`)).status);
      for (const query of ['?after=x', '?after=-1', '?after=1&after=2'])
        expect((await visitor.call('GET', `/stream${query}`)).status).toBe(400);
      for (const [method, path, status] of [
        ['PUT', '/messages', 405],
        ['POST', '/stream', 405],
        ['GET', '/nothing', 404],
        ['GET', '/%00', 404],
        ['GET', '/', 404],
      ] as const)
        expect([path, (await visitor.call(method, path)).status]).toEqual([path, status]);
      const nowhere = `${stage.gateway.origin}/web-chat`;
      for (const id of [randomUUID(), 'x', '..%2f', shop.accountId.toUpperCase()])
        expect((await fetch(`${nowhere}/${id}/config`)).status).toBe(404);
      expect((await fetch(`${stage.gateway.origin}/app-messaging/${shop.accountId}/config`)).status).toBe(
        404,
      );
      await sendRaw(
        stage.gateway.origin,
        `GET /web-chat/${shop.accountId}/stream HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
      expect((await visitor.history()).messages).toEqual([]);
    });

    it('what people write is kept as it is, and no page of ours makes anything of it', async () => {
      const shop = await stage.shop();
      const visitor = shop.visitor();
      const payloads = [
        '<script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '"><svg/onload=alert(1)>',
        'javascript:alert(1)',
        '{{7*7}}',
        '\u202egnp.exe',
      ];
      for (const payload of payloads) {
        const preChat = { name: payload };
        expect((await visitor.say(payload, { preChat })).status).toBe(201);
        const { messages } = await visitor.history('?limit=1');
        expect(messages[0]).toMatchObject({ parts: [{ type: 'text/plain', data: payload }] });
        expect((await shop.api.get(`/profiles/${visitor.profileId}`)).body.name).toBe(payload.trim());
      }
      const answer = await visitor.call('GET', '/messages');
      expect(answer.headers.get('content-type')).toContain('application/json');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    });

    it('files are what their bytes say, of the allowed kinds only, and never act in a browser', async () => {
      const shop = await stage.shop({ upload: { types: ['image/*', 'text/plain'], maxBytes: 1_000 } });
      const visitor = shop.visitor();
      await visitor.open();
      const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
      for (const [what, body, type, status] of [
        ['a picture', PNG, 'application/octet-stream', 201],
        ['a picture that says it is a page', PNG, 'text/html', 201],
        ['text', 'hello', 'text/plain; charset=utf-8', 201],
        ['a drawing with a script', svg, 'image/svg+xml', 415],
        ['the same as a picture', `<?xml version="1.0"?>${svg}`, 'image/png', 415],
        ['a page', '<html><script>alert(1)</script>', 'text/html', 415],
        ['a program', 'MZ\u0090\u0000', 'image/png', 415],
        ['a document', '%PDF-1.7\n', 'image/png', 415],
        ['too large', 'x'.repeat(1_001), 'text/plain', 413],
        ['nothing', '', 'text/plain', 400],
      ] as const)
        expect([what, (await visitor.sendFile(body, type)).status]).toEqual([what, status]);
      expect((await visitor.sendFile('x', 'text/plain', '%E0%A4%A')).status).toBe(400);

      const name = encodeURIComponent('"><script>.png\r\nX: y');
      const { body: named } = await visitor.sendFile(PNG, 'image/png', name);
      expect(named).toMatchObject({ type: 'image/png', size: PNG.byteLength });
      const { body: page } = await visitor.sendFile('<script>alert(1)</script>', 'text/plain', 'page.html');
      for (const [{ url }, disposition] of [
        [named, 'inline'],
        [page, 'attachment'],
      ] as const) {
        const served = await fetch(url.replace(/^http:\/\/[^/]+/, stage.gateway.origin));
        expect(served.status).toBe(200);
        expect(served.headers.get('content-disposition')).toMatch(new RegExp(`^${disposition};`));
        expect(served.headers.get('x-content-type-options')).toBe('nosniff');
        expect(served.headers.get('content-security-policy')).toContain("default-src 'none'; sandbox");
        expect(served.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
        expect((await fetch(`${served.url}x`)).status).toBe(403);
      }
      const posted = await visitor.call('POST', '/messages', {
        body: { ref: 'f', parts: [{ fileId: named.id }] },
      });
      expect(posted.status).toBe(201);
      const [chat] = await shop.chatsOf(visitor.profileId);
      const [message] = (await shop.api.get(`/chats/${chat.id}/messages?limit=1`)).body.messages;
      expect(message.parts).toMatchObject([{ type: 'image/png', size: PNG.byteLength }]);
      await shop.set({ upload: { isOn: false } });
      expect((await visitor.sendFile(PNG, 'image/png')).status).toBe(403);
    });

    it('whoever calls too often waits: by visitor, and by address', async () => {
      const shop = await stage.shop();
      const [ada, bo] = [
        shop.visitor({ address: '198.51.100.1' }),
        shop.visitor({ address: '198.51.100.2' }),
      ];
      await ada.open();
      const posts: number[] = [];
      for (let index = 0; index < 45; index += 1) posts.push((await ada.say(`text ${index}`)).status);
      expect(posts.filter((status) => status === 201)).toHaveLength(40);
      const refused = await ada.say('one more');
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await bo.say('mine')).status).toBe(201); // others do not feel it
      const opened: number[] = [];
      for (let index = 0; index < 125; index += 1) opened.push((await ada.open()).status);
      expect(opened.filter((status) => status === 201)).toHaveLength(119);
      expect((await bo.open()).status).toBe(201);
    });

    it('two channels of one person do not hear each other’s conversations', async () => {
      const secret = 'a secret that only the shop knows';
      const shop = await stage.shop({ identity: { mode: 'optional', secret } });
      const settings = { issuer: 'shop', audience: 'app', sharedSecret: secret };
      await must(
        shop.api.post('/channels', { kind: 'appMessaging', name: 'App', teamId: 'sales', settings }),
      );
      const visitor = shop.visitor();
      await visitor.open(await shop.vouch({ sub: 'ada' }));
      await visitor.say('on the site');
      // The id of the conversation is nobody's to know; the app of the same person does not list it either.
      expect((await visitor.history()).messages[0]).not.toHaveProperty('conversationId');
      expect((await shop.api.as(visitor.token).get('/conversations')).status).toBe(401);
    });
  },
  { definitions: [appMessaging as ChannelDefinition] },
);

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
