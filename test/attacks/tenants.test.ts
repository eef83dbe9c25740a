import { allRoutes } from '../../core/http/routes/all';
import type { Answer } from '../support/api';
import { fakeChannel } from '../support/fake-channel';
import { expectProblem, expectRefused } from '../support/problems';
import { aCustomer, type Body, onEachGateway, type Shop, type Stage, says } from '../support/shop';
import { until } from '../support/until';

const desk = fakeChannel({ id: 'desk' });

interface Tenant {
  readonly shop: Shop;
  readonly spaceId: string;
  /** By the name of the path parameter. */
  readonly ids: Readonly<
    Record<'apiSpaceId' | 'chatId' | 'messageId' | 'teamId' | 'agentId' | 'profileId' | 'accountId', string>
  > &
    Readonly<Record<string, string>>;
}

/** A business with one of everything, under names that nobody else has. */
async function aTenant(stage: Stage, word: string): Promise<Tenant> {
  const shop = await stage.shop();
  const { api } = shop;
  const spaceId = api.base.split('/').at(-1) ?? '';
  await api.post('/chat/config/agents', { id: `agent-${word}`, name: word, email: `${word}@shop.example` });
  const members = [{ username: `agent-${word}` }];
  await api.post('/chat/config/teams', { id: `team-${word}`, name: word, members });
  await api.put(`/chat/config/teams/team-${word}/settings`, { closeMessage: `bye from ${word}` });
  await api.post('/profiles', { id: `profile-${word}`, name: word });
  const chat = await shop.chatFrom(aCustomer(), `secret of ${word}`);
  const { webhookUrl } = await shop.connect(desk);
  desk.parseFault = new Error('cannot be read');
  await desk.write(webhookUrl, { from: 'x', text: word });
  desk.parseFault = undefined;
  const { body: quarantined } = await api.get('/quarantine');
  const { body: tokens } = await api.get('/tokens');
  const { body: hook } = await api.post('/webhooks', { name: word, url: `https://${word}.example/hook` });
  const ids = {
    apiSpaceId: spaceId,
    chatId: chat.id as string,
    messageId: chat.lastMessage.id as string,
    teamId: `team-${word}`,
    agentId: `agent-${word}`,
    profileId: `profile-${word}`,
    accountId: shop.accountId,
    tokenId: tokens[0].id as string,
    deliveryId: quarantined[0].id as string,
    webhookId: hook.id as string,
  };
  return { shop, spaceId, ids };
}

// A body that each call would take, so that nothing but the ids can be what is refused.
const BODIES: Readonly<Record<string, unknown>> = {
  'post /chats': { name: 'n', teamId: 'sales', channelId: 'sms', address: '+447911123456' },
  'put /chats/{chatId}': { name: 'taken over' },
  'put /chats/{chatId}/assign': { teamId: 'sales' },
  'put /chats/{chatId}/close': {},
  'put /chats/{chatId}/channel': { channelId: 'sms' },
  'post /chats/{chatId}/messages': says('taken over'),
  'post /chats/{chatId}/messages/preflight': says('taken over'),
  'post /chats/{chatId}/messages/statusupdates': [
    { messageIds: ['x'], status: 'read', timestamp: '2026-01-31T12:00:00Z' },
  ],
  'post /chat/config/teams': { name: 'n' },
  'put /chat/config/teams/{teamId}': { name: 'taken over' },
  'post /chat/config/agents': { name: 'n', email: 'n@shop.example' },
  'put /chat/config/agents/{agentId}': { name: 'taken over', email: 'n@shop.example' },
  'post /channels': { kind: 'desk', name: 'n', teamId: 'sales', settings: { name: 'other', secret: 's' } },
  'put /channels/{accountId}': { name: 'taken over' },
  'post /tokens': { name: 'n' },
  'post /webhooks': { name: 'n', url: 'https://taken-over.example/hook' },
  'put /webhooks/{webhookId}': { name: 'n', url: 'https://taken-over.example/hook' },
  'post /webhooks/{webhookId}/replay': { from: 1 },
};

onEachGateway(
  'one API space and the ids of another',
  (stage) => {
    const inSpace = allRoutes.filter((route) => route.path.startsWith('/apispaces/{apiSpaceId}'));
    const filled = (path: string, ids: Readonly<Record<string, string>>) =>
      path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `no-${name}`);
    const bodyOf = (method: string, path: string) =>
      method === 'get' || method === 'delete'
        ? undefined
        : (BODIES[`${method} ${path.replace('/apispaces/{apiSpaceId}', '')}`] ?? {});
    const namesOf = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    /** All that a tenant has, as it sees it itself. */
    const stateOf = async ({ shop, ids }: Tenant) => {
      const paths = [
        ...[
          '/chats?includeClosed=true&includeDeleted=true',
          '/chat/config',
          '/chat/config/teams',
          '/chat/config/agents',
        ],
        ...['/profiles', '/quarantine', `/chats/${ids['chatId']}/messages?limit=100`],
      ];
      const answers = await Promise.all(paths.map((path) => shop.api.get(path)));
      const accounts: Body[] = (await shop.api.get('/channels')).body;
      const tokens: Body[] = (await shop.api.get('/tokens')).body;
      const hooks: Body[] = (await shop.api.get('/webhooks')).body;
      return [
        ...answers.map((answer) => answer.body),
        accounts.map(({ id, name, teamId, settings, health }) => ({
          id,
          name,
          teamId,
          settings,
          isPaused: health.isPaused,
        })),
        tokens.map(({ id, name, expiresOn }) => ({ id, name, expiresOn })),
        hooks.map(({ id, name, url }) => ({ id, name, url })),
        await shop.log(),
      ];
    };
    const settled = async ({ shop }: Tenant) => {
      await until(async () => (await shop.log('channel.healthChanged')).length >= 2);
      await until(async () => {
        const { body } = await shop.api.get('/events?limit=1');
        return (await shop.log()).length === body.lastSeq;
      });
    };

    test('no call gives, changes or deletes anything of the other, nor says that it is there', async () => {
      const [mine, theirs] = [await aTenant(stage, 'mine'), await aTenant(stage, 'theirs')];
      await settled(theirs);
      const before = await stateOf(theirs);
      const secrets = [...Object.values(theirs.ids), 'secret of theirs', 'bye from theirs'];
      const root = stage.gateway.partner.as(mine.shop.api.token);
      let tried = 0;

      for (const { method, path } of inSpace)
        for (const ids of crossings(path, mine, theirs)) {
          const url = filled(path, ids);
          const answer = await root.call(method.toUpperCase(), url, {
            body: bodyOf(method, path),
            headers: { 'if-match': '*' },
          });
          tried += 1;
          const what = `${method} ${url}`;
          expect({ what, isRefused: isRefusal(answer, ids !== theirs.ids) }).toEqual({
            what,
            isRefused: true,
          });
          // What the caller said may be said back; nothing else.
          const told = secrets.filter(
            (secret) => !url.includes(secret) && JSON.stringify(answer.body).includes(secret),
          );
          expect({ what, told }).toEqual({ what, told: [] });
        }

      expect(tried).toBeGreaterThan(80);
      expect(await stateOf(theirs)).toEqual(before);
    }, 60_000);

    test('no list, search or log shows anything of the other', async () => {
      const [mine, theirs] = [await aTenant(stage, 'mine'), await aTenant(stage, 'theirs')];
      // A stream never ends; what it tells to whom has tests of its own.
      const lists = inSpace.filter(
        ({ method, path }) => method === 'get' && namesOf(path).length === 1 && !path.endsWith('/stream'),
      );
      const queries = [
        '',
        '?q=theirs',
        '?name=theirs',
        `?profileId=profile-theirs`,
        `?teamId=team-theirs`,
        `?cursor=${toCursor(theirs.ids.chatId)}`,
      ];

      for (const { path } of lists)
        for (const query of queries) {
          const { status, body } = await stage.gateway.partner
            .as(mine.shop.api.token)
            .get(filled(path, mine.ids) + query);
          const text = JSON.stringify(body);
          for (const secret of [...Object.values(theirs.ids), 'theirs'])
            expect({
              path,
              query,
              status,
              secret,
              tells: status < 400 && text.includes(secret),
            }).toMatchObject({ tells: false });
        }
      expect(lists.length).toBeGreaterThan(7);
    });

    test('nothing of the other can be named in a body', async () => {
      const [mine, theirs] = [await aTenant(stage, 'mine'), await aTenant(stage, 'theirs')];
      await settled(theirs);
      const before = await stateOf(theirs);
      const { api } = mine.shop;
      const { chatId } = mine.ids;
      const chat = { name: 'n', teamId: 'sales', channelId: 'sms' };
      const update = {
        messageIds: [theirs.ids.messageId],
        status: 'read',
        timestamp: '2026-01-31T12:00:00Z',
      };

      for (const refused of [
        await api.post('/chats', { ...chat, address: aCustomer(), teamId: theirs.ids.teamId }),
        await api.post('/chats', { ...chat, address: aCustomer(), agentId: theirs.ids.agentId }),
        await api.post('/chats', { ...chat, address: aCustomer(), accountId: theirs.ids.accountId }),
        await api.put(`/chats/${chatId}/assign`, { teamId: theirs.ids.teamId }),
        await api.put(`/chats/${chatId}/assign`, { teamId: 'sales', agentId: theirs.ids.agentId }),
        await api.put(`/chats/${chatId}/channel`, { channelId: 'sms', accountId: theirs.ids.accountId }),
        await api.post(`/chats/${chatId}/messages`, says('x', theirs.ids.agentId)),
        await api.post(`/chats/${chatId}/messages/statusupdates`, [update]),
        await api.post('/chat/config/teams', { name: 'n', members: [{ username: theirs.ids.agentId }] }),
        await api.put(`/channels/${mine.ids.accountId}`, { teamId: theirs.ids.teamId }),
      ])
        expectRefused(refused);
      expect(await stateOf(theirs)).toEqual(before);
    });

    test("the same customer's address is another person in another space", async () => {
      const [mine, theirs] = [await stage.shop(), await stage.shop()];
      const customer = aCustomer();
      const elsewhere = await theirs.chatFrom(customer, 'for them only');

      const { body: chat } = await mine.api.post('/chats', {
        ...{ name: 'n', teamId: 'sales', channelId: 'sms', address: customer },
      });

      expect(chat.customerId).not.toBe(elsewhere.customerId);
      expectProblem(await mine.api.get(`/profiles/${elsewhere.customerId}`), 'not-found');
      expect((await mine.chatsOf(customer)).map(({ id }) => id)).toEqual([chat.id]);
    });

    test('a link to a file of the other gives nothing without its signature', async () => {
      const [mine, theirs] = [await stage.shop(), await stage.shop()];
      const data = Buffer.from('%PDF-1.4 theirs').toString('base64');
      const { id } = await theirs.chatFrom(aCustomer());
      const { body: posted } = await theirs.api.post(`/chats/${id}/messages`, {
        ...{ from: { profileId: 'ann' }, parts: [{ type: 'application/pdf', data }] },
      });
      const [part] = (await theirs.message(id, posted.id)).parts;
      const path = new URL(part.url).pathname;

      const answer = await stage.gateway.partner.as(mine.api.token).get(path);

      expectProblem(answer, 'forbidden');
    });

    test("an agent's session reaches no other space", async () => {
      const [mine, theirs] = [await stage.shop(), await stage.shop()];
      const { body } = await mine.api.post('/chat/config/agents/ann/sessions');

      expectProblem(await theirs.api.as(body.token).get('/chats'), 'not-found');
    });
  },
  { fakes: [desk] },
);

/** Each id of theirs alone among ids of mine, then all of theirs in my space, then all of theirs in their own. */
function crossings(path: string, mine: Tenant, theirs: Tenant): Tenant['ids'][] {
  const names = [...path.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'apiSpaceId');
  if (names.length === 0) return [theirs.ids];
  const single = names.map((name) => ({ ...mine.ids, [name]: theirs.ids[name] ?? '' }));
  return [...single, { ...theirs.ids, apiSpaceId: mine.spaceId }, theirs.ids];
}

// A 400 is a refusal only where my own space may say that it knows no such thing.
function isRefusal({ status }: Answer, isMySpace: boolean): boolean {
  return status === 403 || status === 404 || (isMySpace && status === 400);
}

function toCursor(last: string): string {
  return Buffer.from(JSON.stringify([last])).toString('base64url');
}
