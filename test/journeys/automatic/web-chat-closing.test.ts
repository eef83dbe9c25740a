import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { toldOf } from '../web-chat/visitor';
import { type Body, must, onWebGateway, textsOf, type WebStage } from '../web-chat/web-chat-world';
import { aSpeakingSite, shows } from './speaking-site';

const MINUTE_MS = 60_000;

onEachDatabase('how a web chat ends by itself', (open) => {
  onWebGateway('with one gateway', ending, { open });
});

function ending(stage: WebStage): void {
  const speaking = aSpeakingSite.bind(undefined, stage);

  test('a chat that nothing happens in warns the visitor, and closes with a close message', async () => {
    const shop = await speaking({ closeMessage: 'Goodbye {{customerName|visitor}}!' });
    const autoComplete = { afterMinutes: 60, warnMinutesBefore: 10, warning: 'Still there?' };
    await must(shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoComplete }));
    const visitor = shop.visitor();
    await must(visitor.say('hi'));
    const stream = await visitor.listen();
    const chat = await shop.chatOf(visitor);
    await shop.answer(chat.id, 'hello');
    stage.gateway.advance(51 * MINUTE_MS);
    await shows(visitor, 'hi', 'hello', 'Still there?');
    expect((await visitor.history()).chat.state).toBe('answered');

    stage.gateway.advance(10 * MINUTE_MS);

    await until(() => toldOf(stream, 'chat').at(-1)?.data.state === 'closed');
    await shows(visitor, 'hi', 'hello', 'Still there?', 'Goodbye visitor!');
    const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);
    expect(body.messages.map(({ metadata }: Body) => metadata?.automatic)).toEqual([
      ...[undefined, undefined, 'warning', 'close'],
    ]);
    await must(visitor.say('one more thing'));
    await until(() => toldOf(stream, 'chat').at(-1)?.data.state === 'waiting');
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(2);
  });

  test('whoever answers the warning keeps the chat', async () => {
    const shop = await speaking({ closeMessage: 'Goodbye!' });
    const autoComplete = { afterMinutes: 60, warnMinutesBefore: 10, warning: 'Still there?' };
    await must(shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoComplete }));
    const [stays, goes] = [shop.visitor(), shop.visitor()];
    for (const visitor of [stays, goes]) await must(visitor.say('hi'));
    stage.gateway.advance(51 * MINUTE_MS);
    for (const visitor of [stays, goes]) await shows(visitor, 'hi', 'Still there?');
    await must(stays.say('yes'));

    stage.gateway.advance(10 * MINUTE_MS);

    await shows(goes, 'hi', 'Still there?', 'Goodbye!');
    await shows(stays, 'hi', 'Still there?', 'yes');
    expect((await shop.chatOf(stays)).status).toBe('new');
  });

  test('a chat that closes by a person says goodbye, and not with bypassMessage; then nobody is asked either', async () => {
    const shop = await speaking({
      closeMessage: 'Goodbye!',
      satisfaction: { question: 'How was it?', by: 'buttons' },
    });
    const [told, quiet] = [shop.visitor(), shop.visitor()];
    for (const visitor of [quiet, told]) {
      await must(visitor.say('hi'));
      const chat = await shop.chatOf(visitor);
      await shop.answer(chat.id, 'hello');
      await must(shop.close(chat, { bypassMessage: visitor === quiet }));
    }

    await shows(told, 'hi', 'hello', 'Goodbye!', 'How was it?');
    const [question] = (await told.history()).messages.slice(-1);
    expect(question.choices.map(({ label }: Body) => label)).toEqual(['★', '★★', '★★★', '★★★★', '★★★★★']);
    await shows(quiet, 'hi', 'hello');
  });

  test('how it was is asked by a link where the team wants that, which leads to the page', async () => {
    const satisfaction = { question: 'How was it?', by: 'link', thanks: 'Thank you!' };
    const shop = await speaking({ satisfaction });
    const visitor = shop.visitor();
    await must(visitor.say('hi'));
    const chat = await shop.chatOf(visitor);
    await shop.answer(chat.id, 'hello');
    await must(shop.close(chat));
    const question = await until(async () => (await visitor.history()).messages[2]);
    expect(question).not.toHaveProperty('choices');
    const [path] = /\/rate\/[\w-]+$/.exec(question.parts[0].data) ?? [];

    const send = new URLSearchParams({ rating: '2', comment: 'slow' });
    await fetch(`${stage.gateway.origin}${path}`, { method: 'POST', body: send });

    const { body } = await shop.api.get(`/chats/${chat.id}/satisfaction`);
    expect(body).toMatchObject({ rating: 2, comment: 'slow', by: 'link' });
  });

  test('two tabs that write first are welcomed once, and two who close at once say goodbye and ask once', async () => {
    const shop = await speaking({
      welcomeMessage: { timeout: 0, text: 'Welcome!' },
      ...{ closeMessage: 'Goodbye!', satisfaction: { question: 'How was it?', by: 'buttons' } },
    });
    const visitor = shop.visitor();
    await must(visitor.open());
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => visitor.say(text)));
    await until(async () => (await visitor.history()).messages.length === 5);
    const chat = await shop.chatOf(visitor);
    await shop.answer(chat.id, 'hello');

    const closed = await Promise.all([1, 2, 3, 4].map(() => shop.close(chat)));

    expect(closed.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    await until(async () => (await visitor.history()).messages.length === 8);
    await shop.isSettled();
    const said = textsOf((await visitor.history()).messages);
    expect(said.filter((text) => text === 'Welcome!')).toHaveLength(1);
    expect(said.slice(-3)).toEqual(['hello', 'Goodbye!', expect.stringMatching(/^How was it\?/)]);
  });

  test('a message that races the close is in one chat, and each chat says goodbye once', async () => {
    const shop = await speaking({ closeMessage: 'Goodbye!' });
    for (let round = 0; round < 5; round += 1) {
      const visitor = shop.visitor();
      await must(visitor.say('hi'));
      const chat = await shop.chatOf(visitor);
      await Promise.all([must(shop.close(chat)), must(visitor.say('wait'))]);
      const chats = await shop.chatsOf(visitor.profileId);
      const said = textsOf((await visitor.history()).messages);
      expect(new Set(said)).toEqual(new Set(['hi', 'wait', 'Goodbye!']));
      expect(said).toHaveLength(3);
      expect(chats.map(({ status }) => status)).toEqual(
        said.at(-1) === 'wait' ? ['new', 'closed'] : ['closed'],
      );
    }
  });
}
