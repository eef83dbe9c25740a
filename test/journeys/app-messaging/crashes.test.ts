import type { Answer, Api } from '../../support/api';
import { onEachDatabase } from '../../support/databases';
import { freePort } from '../../support/servers';
import { spawnGateway } from '../../support/spawn-gateway';
import { aSpace } from '../../support/start-gateway';
import { until } from '../../support/until';
import { must } from './app-world';
import { signed } from './sdk';
import { SETTINGS } from './settings';

const USERS = 8;
const MESSAGES = 25;
const CRASHES = 3;
const TAKEN_OVER = { patienceMs: 90_000 };

onEachDatabase('an app whose gateway is killed again and again', (open) => {
  it('what was acknowledged is there, once, in the conversation and in the chat; answers too', async () => {
    const database = await open();
    const port = await freePort();
    let node = await spawnGateway({ database, port });
    try {
      const api = await aSpace(node);
      await must(api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' }));
      await must(
        api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] }),
      );
      await must(
        api.post('/channels', { kind: 'appMessaging', name: 'App', teamId: 'sales', settings: SETTINGS }),
      );
      const users = await Promise.all(
        Array.from({ length: USERS }, (_, index) => enter(api, `user-${index}`)),
      );
      let isTalking = true;
      const talking = Promise.all(users.map((user) => talk(api, user))).finally(() => {
        isTalking = false;
      });
      for (let crash = 0; crash < CRASHES && isTalking; crash += 1) {
        await Promise.race([talking, moment(300 + Math.random() * 900)]);
        await node.kill('SIGKILL');
        node = await spawnGateway({ database, port });
      }
      await talking;
      for (const { id, app, chatId } of users) {
        const said = Array.from({ length: MESSAGES }, (_, index) => `${id} says ${index}`);
        const answered = Array.from({ length: MESSAGES / 5 }, (_, index) => `${id} hears ${index * 5}`);
        const inChat = textsOf(await messagesOf(api, `/chats/${chatId}`));
        expect(inChat.filter((text) => text.includes('says'))).toEqual(said);
        expect(inChat.filter((text) => text.includes('hears'))).toEqual(answered);
        await until(async () => {
          const inConversation = textsOf(await messagesOf(app, `/conversations/${id}`));
          expect(inConversation.filter((text) => text.includes('says'))).toEqual(said);
          expect(inConversation.filter((text) => text.includes('hears'))).toEqual(answered);
          return true;
          // What a node held when it was killed is taken over once its claim has run out.
        }, TAKEN_OVER);
        const { body: events } = await app.get(`/conversations/${id}/events?from=0&limit=1000`);
        const numbers = events.map((event: { conversationEventId: number }) => event.conversationEventId);
        expect(numbers).toEqual(events.map((_: unknown, index: number) => index + 1));
      }
    } finally {
      await node.kill('SIGKILL');
      await database.drop();
    }
  }, 240_000);
});

interface User {
  readonly id: string;
  readonly app: Api;
  readonly chatId: string;
}

async function enter(api: Api, id: string): Promise<User> {
  const anyone = api.as('');
  const { body: challenge } = await anyone.get('/sessions/start');
  const { authenticationId, nonce } = challenge;
  const { body } = await must(
    anyone.post('/sessions', { authenticationId, authenticationToken: await signed(id, nonce) }),
  );
  const app = api.as(body.token);
  await must(app.post('/conversations', { id, name: id, isPublic: false }));
  await must(app.post(`/conversations/${id}/messages`, { parts: [{ data: 'first' }] }));
  const [chat] = (await must(api.get(`/chats?scope=profile&profileId=${id}`))).body;
  return { id, app, chatId: chat.id };
}

/** The customer repeats what was not acknowledged, under its key; so does the agent. */
async function talk(api: Api, { id, app, chatId }: User): Promise<void> {
  for (let index = 0; index < MESSAGES; index += 1) {
    const text = `${id} says ${index}`;
    await answered(() => app.post(`/conversations/${id}/messages`, { parts: [{ data: text }] }, keyOf(text)));
    if (index % 5 > 0) continue;
    const answer = `${id} hears ${index}`;
    const body = { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: answer }] };
    await answered(() => api.post(`/chats/${chatId}/messages`, body, keyOf(answer)));
  }
}

function keyOf(text: string) {
  return { headers: { 'idempotency-key': text } };
}

async function answered(call: () => Promise<Answer>): Promise<void> {
  await until(
    async () => {
      const { status } = await call();
      return status === 200;
    },
    { patienceMs: 60_000 },
  );
}

// biome-ignore lint/suspicious/noExplicitAny: messages are what the test put there
async function messagesOf(api: Api, path: string): Promise<any[]> {
  const { body } = await must(api.get(`${path}/messages?limit=100`));
  return body.messages;
}

// biome-ignore lint/suspicious/noExplicitAny: see above
function textsOf(messages: readonly any[]): string[] {
  return messages.map((message) => message.parts[0].data);
}

function moment(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
