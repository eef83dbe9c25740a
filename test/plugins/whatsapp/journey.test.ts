import type { RawRequest } from 'parley-gateway/plugin';
import { statusValue } from '../../../plugins/whatsapp/driver';
import { whatsapp } from '../../../plugins/whatsapp/index';
import { delivery, messagesValue } from '../../../plugins/whatsapp/simulator/deliveries';
import { WhatsAppServer } from '../../../plugins/whatsapp/simulator/server';
import { NUMBERS } from '../../../plugins/whatsapp/simulator/world';
import type { Answer, Api } from '../../support/api';
import { onEachDatabase, type TestDatabase } from '../../support/databases';
import { aSpace, startGateway, type TestGateway } from '../../support/start-gateway';
import { until } from '../../support/until';

type Body = Answer['body'];
type Config = (typeof NUMBERS)[number];

const HOUR_MS = 3_600_000;
const TEMPLATE = 'application/vnd.parley.template+json';
const [SHOP, BAKERY, SECOND] = NUMBERS;

onEachDatabase('a number on WhatsApp', (open) => {
  let database: TestDatabase;
  let server: WhatsAppServer;
  let gateway: TestGateway;
  let api: Api;
  let account: Body;
  let ahead = 0;
  let people = 0;

  const connect = async (settings: Config) => {
    const { status, body } = await api.post('/channels', {
      ...{ kind: 'whatsApp', name: 'Our number', teamId: 'sales', settings },
    });
    expect(status).toBe(201);
    return body;
  };
  const post = ({ headers, body }: RawRequest, url: string = account.webhookUrl) =>
    fetch(new URL(new URL(url).pathname, gateway.origin), {
      method: 'POST',
      headers,
      body: Buffer.from(body),
    });
  const now = () => Math.floor((Date.now() + ahead) / 1_000);
  const advance = (ms: number) => {
    ahead += ms;
    gateway.advance(ms);
  };
  const aPerson = () => {
    people += 1;
    return `4477009${String(people).padStart(5, '0')}`;
  };
  /** A customer writes; their chat is given. */
  const chatFrom = async (from: string, message: object = { text: { body: 'hello' } }) => {
    const value = { ...messagesValue({ from, timestamp: String(now()), ...message }), contacts: [] };
    expect((await post(delivery(value))).status).toBe(200);
    return chatOf(from);
  };
  const chatOf = async (from: string): Promise<Body> => {
    const { body } = await api.get('/chats?includeClosed=true');
    return body.find((chat: Body) => chat.route?.address === from);
  };
  const say = (chatId: string, parts: readonly object[]) =>
    api.post(`/chats/${chatId}/messages`, { from: { profileId: 'ann' }, parts });
  const text = (data: string) => ({ type: 'text/plain', data });
  const template = (fields: object) => ({ type: TEMPLATE, data: JSON.stringify(fields) });
  const messageOnce = (chatId: string, id: string, status: string) =>
    until(async () => {
      const { body } = await api.get(`/chats/${chatId}/messages/${id}`);
      return body.status === status ? body : undefined;
    });
  const sentTo = (to: string) => server.accepted.filter((one) => one.to === to);
  const tell = (externalId: string, state: string, code?: number) =>
    post(delivery(statusValue(server, externalId, state, code)));

  beforeAll(async () => {
    database = await open();
    server = new WhatsAppServer();
    gateway = await startGateway({
      ...{ database, definitions: [whatsapp] },
      settings: { PARLEY_WHATSAPP_API_URL: await server.listen() },
    });
    api = await aSpace(gateway);
    await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' });
    await api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] });
    account = await connect(SHOP);
  });
  afterAll(async () => {
    await gateway?.stop();
    await server?.stop();
    await database?.drop();
  });

  test('a customer writes, is answered, and the statuses say how far the answer got', async () => {
    const bea = aPerson();
    const chat = await chatFrom(bea, { id: 'wamid.blue', text: { body: 'Do you have it in blue?' } });
    expect(Date.parse(chat.canReplyUntil) - Date.parse(chat._createdOn)).toBeGreaterThan(23 * HOUR_MS);
    const { body } = await say(chat.id, [text('Yes, from Friday.')]);
    const [sent] = await until(() => (sentTo(bea).length > 0 ? sentTo(bea) : undefined));
    if (!sent) throw new Error('nothing was sent');
    expect(sent).toMatchObject({ from: SHOP.phoneNumberId, text: 'Yes, from Friday.' });
    for (const state of ['sent', 'delivered', 'read']) {
      expect((await tell(sent.externalId, state)).status).toBe(200);
      await messageOnce(chat.id, body.id, state);
    }
    // Late and repeated ones change nothing.
    await tell(sent.externalId, 'delivered');
    expect((await api.get(`/chats/${chat.id}/messages/${body.id}`)).body.status).toBe('read');
  });

  test('an answer whose outcome is not known is proven by its status, and not sent again', async () => {
    const bea = aPerson();
    const chat = await chatFrom(bea);
    server.failSend('reset_after_accept');
    const { body } = await say(chat.id, [text('did this arrive?')]);
    const [sent] = await until(() => (sentTo(bea).length > 0 ? sentTo(bea) : undefined));
    if (!sent) throw new Error('nothing was sent');
    await until(async () => {
      const { attempts } = (await api.get(`/chats/${chat.id}/messages/${body.id}`)).body;
      return attempts.length === 1 && attempts[0].outcome !== undefined;
    });
    await tell(sent.externalId, 'delivered');
    await messageOnce(chat.id, body.id, 'delivered');
    const next = await say(chat.id, [text('and this?')]);
    await until(() => sentTo(bea).length === 2);
    expect(next.status).toBe(200);
    expect(sentTo(bea).map((one) => one.text)).toEqual(['did this arrive?', 'and this?']);
  });

  test('after 24 hours an answer is refused with the reason, and a template goes', async () => {
    const bea = aPerson();
    const chat = await chatFrom(bea);
    advance(24 * HOUR_MS + 60_000);
    const late = await say(chat.id, [text('Your order is ready.')]);
    expect(late.status).toBe(409);
    expect(late.body.type).toMatch(/#outside-window$/);
    expect(late.body.detail).toMatch(/template/);

    const ready = { name: 'order_ready', language: 'en_GB', values: ['Bea', '7'] };
    const parts = [template(ready), text('Bea, your order 7 is ready.')];
    const plan = await api.post(`/chats/${chat.id}/messages/preflight`, {
      from: { profileId: 'ann' },
      parts,
    });
    expect(plan.body).toMatchObject({ allowed: true, lost: [], pieces: [{ template: ready }] });
    const { body } = await say(chat.id, parts);
    await until(() => sentTo(bea).length === 1);
    expect(sentTo(bea)).toMatchObject([{ type: 'template', template: ready }]);
    const [{ externalId } = { externalId: '' }] = sentTo(bea);
    await tell(externalId, 'failed', 132_015);
    const failed = await messageOnce(chat.id, body.id, 'failed');
    expect(failed.failure).toMatchObject({ reason: 'not_permitted', code: '132015' });

    const wrong = await say(chat.id, [template({ language: 'en_GB' })]);
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).toMatch(/template needs a `name`/);
  });

  test('to a stranger a template is the first word, and nothing else', async () => {
    const create = { name: 'Order 7', teamId: 'sales', channelId: 'whatsApp' };
    const first = (address: string, part: object) =>
      api.post('/chats', {
        ...{ ...create, address },
        message: { from: { profileId: 'ann' }, parts: [part] },
      });
    const refused = await first(`+${aPerson()}`, text('hi'));
    expect(refused.status).toBe(409);
    expect(refused.body.type).toMatch(/#outside-window$/);
    const cy = aPerson();
    const made = await first(`+${cy}`, template({ name: 'hello', language: 'en_GB' }));
    expect(made.status).toBe(201);
    await until(() => sentTo(cy).length === 1);
    const chat = await chatFrom(cy, { text: { body: 'Who is this?' } });
    expect(chat.id).toBe(made.body.id);
    expect((await say(chat.id, [text('The shop.')])).status).toBe(200);
    await until(() => sentTo(cy).length === 2);
  });

  test('what Meta itself refuses as too late says so', async () => {
    const bea = aPerson();
    const chat = await chatFrom(bea);
    server.failSend('outside_window');
    const { body } = await say(chat.id, [text('just in time?')]);
    const failed = await messageOnce(chat.id, body.id, 'failed');
    expect(failed.failure).toMatchObject({ reason: 'outside_window', code: '131047' });
  });

  test('a customer who got too many at once holds up nobody else', async () => {
    const [bea, cy] = [aPerson(), aPerson()];
    const [one, other] = [await chatFrom(bea), await chatFrom(cy)];
    server.failSend('pair_rate');
    const { body } = await say(one.id, [text('the next of many')]);
    const waiting = await until(async () => {
      const found = (await api.get(`/chats/${one.id}/messages/${body.id}`)).body;
      return found.attempts.length === 1 ? found : undefined;
    });
    expect(waiting.attempts).toMatchObject([{ kind: 'rate_limited', providerCode: '131056' }]);
    await say(other.id, [text('meanwhile')]);
    await until(() => sentTo(cy).length === 1);
    expect(sentTo(bea)).toEqual([]);
    advance(10_000);
    await until(() => sentTo(bea).length === 1);
  });

  test('choices are buttons, a tap is their answer, and the customer sees that it was read and is answered', async () => {
    const bea = aPerson();
    const chat = await chatFrom(bea, { id: 'wamid.choose' });
    const choices = [
      { id: 'blue', label: 'Blue' },
      { id: 'red', label: 'Red' },
    ];
    const offered = { type: 'application/vnd.parley.choices+json', data: JSON.stringify(choices) };
    await say(chat.id, [text('Which one?'), offered]);
    await until(() => sentTo(bea).length === 1);
    expect(sentTo(bea)).toMatchObject([{ text: 'Which one?', choices: ['Blue', 'Red'] }]);
    const button_reply = { id: 'blue', title: 'Blue' };
    const tap = { id: 'wamid.tap', type: 'interactive', interactive: { type: 'button_reply', button_reply } };
    await chatFrom(bea, tap);
    const { body } = await api.get(`/chats/${chat.id}/messages?limit=10`);
    const [heard] = body.messages.filter((one: Body) => one.parts[0].data === 'Blue');
    expect(heard.context.direction).toBe('inbound');

    await api.post(`/chats/${chat.id}/typing`, {});
    await until(() => server.read.some(({ messageId }) => messageId === 'wamid.tap'));
    expect(server.read).toContainEqual({ messageId: 'wamid.tap', isTyping: true });
  });

  test('a picture is fetched from Meta, and one of ours goes out as a link that Meta can fetch', async () => {
    const bea = aPerson();
    const bytes = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const image = { id: server.keep({ mimeType: 'image/png', bytes }), mime_type: 'image/png' };
    const chat = await chatFrom(bea, { type: 'image', image });
    const opened = async (link: string) => {
      const { pathname, search } = new URL(link);
      const answer = await fetch(gateway.origin + pathname + search);
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    };
    const { body } = await api.get(`/chats/${chat.id}/messages?limit=10`);
    const [part] = body.messages[0].parts;
    expect(await until(() => opened(part.url))).toEqual(bytes);
    await say(chat.id, [
      { type: 'image/png', name: 'blue.png', data: bytes.toString('base64') },
      text('this one'),
    ]);
    await until(() => sentTo(bea).length === 2);
    const [picture, words] = sentTo(bea);
    expect([picture?.type, words?.text]).toEqual(['image', 'this one']);
    expect(await opened(Object(picture?.raw['image']).link)).toEqual(bytes);
  });

  test('two numbers of one app share one address; a stranger’s signature opens neither', async () => {
    const second = await connect(SECOND);
    const [bea, cy] = [aPerson(), aPerson()];
    const of = (from: string, config: Config) =>
      delivery(
        { ...messagesValue({ from, timestamp: String(now()), text: { body: 'hi' } }), contacts: [] },
        { config },
      );
    const shared = `${gateway.origin}/channels/whatsapp/webhook`;
    expect((await post(of(bea, SHOP), shared)).status).toBe(200);
    expect((await post(of(cy, SECOND), shared)).status).toBe(200);
    expect((await post({ ...of(cy, SECOND), headers: of(cy, BAKERY).headers }, shared)).status).toBe(403);
    expect((await chatOf(bea)).route.accountId).toBe(account.id);
    expect((await chatOf(cy)).route.accountId).toBe(second.id);
    const challenge = `hub.mode=subscribe&hub.verify_token=${SHOP.verifyToken}&hub.challenge=777`;
    expect(await (await fetch(`${shared}?${challenge}`)).text()).toBe('777');
  });
});
