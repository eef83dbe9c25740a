import { randomUUID } from 'node:crypto';
import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { toldOf, type Visitor } from '../web-chat/visitor';
import { type Body, must, onWebGateway, textsOf, type WebStage } from '../web-chat/web-chat-world';
import { aSpeakingSite, type SpeakingSite } from './speaking-site';

const DAY_MS = 86_400_000;
const LABELS = ['Awful', 'Bad', 'So-so', 'Good', 'Great'];

onEachDatabase('what visitors of a site choose from', (open) => {
  onWebGateway('with one gateway', choosing, { open });
});

interface Asked {
  readonly visitor: Visitor;
  readonly chat: Body;
  /** The message that asks. */
  readonly question: Body;
}

const lastOf = async (visitor: Visitor): Promise<Body> => (await visitor.history()).messages.at(-1);
const questionOf = async (visitor: Visitor): Promise<Body> =>
  (await visitor.history()).messages.find(({ parts }: Body) => parts[0]?.data.startsWith('How was it?'));

/** Somebody whose chat was answered and closed, and who was asked how it was. */
async function anAsked(shop: SpeakingSite): Promise<Asked> {
  const visitor = shop.visitor();
  await must(visitor.say('hi'));
  const chat = await shop.chatOf(visitor);
  await shop.answer(chat.id, 'hello');
  await must(shop.close(chat));
  return { visitor, chat, question: await until(() => questionOf(visitor)) };
}

/** Presses a button, as the widget does. */
const press = (visitor: Visitor, { id, label }: Body, ref: string = randomUUID()) =>
  visitor.say(label, { choiceId: id, ref });

function choosing(stage: WebStage): void {
  const asking = (satisfaction: object = {}) =>
    aSpeakingSite(stage, {
      satisfaction: { question: 'How was it?', choices: LABELS, thanks: 'Thank you!', ...satisfaction },
    });
  const ratingOf = async (shop: SpeakingSite, { chat }: Asked) =>
    (await shop.api.get(`/chats/${chat.id}/satisfaction`)).body;
  const told = async (shop: SpeakingSite) => {
    const { body } = await shop.api.get('/events?after=0&limit=100&names=chat.rated');
    return body.events.map(({ payload }: Body) => payload);
  };

  test('it is asked by buttons, live and in the history, and a click is the answer: in the closed chat, thanked for once', async () => {
    const shop = await asking();
    const visitor = shop.visitor();
    await must(visitor.say('hi'));
    const chat = await shop.chatOf(visitor);
    await shop.answer(chat.id, 'hello');
    const stream = await visitor.listen();
    await must(shop.close(chat));
    const live = await until(() => toldOf(stream, 'message')[0]?.data);
    expect(live.parts).toMatchObject([{ type: 'text/plain', data: 'How was it?' }]);
    expect(live.choices.map(({ label }: Body) => label)).toEqual(LABELS);
    expect(await questionOf(visitor)).toMatchObject({ parts: live.parts, choices: live.choices });

    expect((await press(visitor, live.choices[3])).status).toBe(201);

    await until(() => toldOf(stream, 'message').some(({ data }) => data.parts[0].data === 'Thank you!'));
    expect(toldOf(stream, 'message')[1]?.data).toMatchObject({ choiceId: live.choices[3].id });
    expect(await ratingOf(shop, { visitor, chat, question: live })).toMatchObject({
      ...{ rating: 4, by: 'buttons', agentId: 'ann' },
    });
    const history = await visitor.history();
    expect(textsOf(history.messages)).toEqual(['hi', 'hello', 'How was it?', 'Good', 'Thank you!']);
    expect(history.chat.state).toBe('closed');
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(1);
    const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);
    expect(body.messages[3]).toMatchObject({ metadata: { choiceId: live.choices[3].id } });
  });

  test('a number that is typed instead of a press is the answer, too; later words start a new chat', async () => {
    const shop = await asking();
    const asked = await anAsked(shop);

    await must(asked.visitor.say('5'));

    await until(async () => textsOf((await asked.visitor.history()).messages).includes('Thank you!'));
    expect(await ratingOf(shop, asked)).toMatchObject({ rating: 5, by: 'buttons' });
    expect((await questionOf(asked.visitor)).choices[4]).toMatchObject({ isChosen: true });
    expect(await shop.chatsOf(asked.visitor.profileId)).toHaveLength(1);
    await must(asked.visitor.say('and one more thing'));
    expect(await shop.chatsOf(asked.visitor.profileId)).toHaveLength(2);
  });

  test('a click that is sent again, and again at the same time, is one; so is the same one in another tab', async () => {
    const shop = await asking();
    const asked = await anAsked(shop);
    const { visitor, question } = asked;
    const clicks = await Promise.all([1, 2, 3, 4].map(() => press(visitor, question.choices[4], 'one')));
    clicks.push(await press(visitor, question.choices[4], 'one'));
    expect(clicks.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(clicks.map(({ body }) => body.id)).size).toBe(1);
    // Another tab that pressed another button at the same moment says so under the same reference.
    expect((await press(visitor, question.choices[0], 'one')).status).toBe(200);
    await must(press(visitor, question.choices[4], 'two'));

    await until(async () => (await visitor.history()).messages.length === 6);
    // Somebody who came later has heard something: whatever was due is said.
    await anAsked(shop);
    const texts = textsOf((await visitor.history()).messages);
    expect(texts.filter((text) => text === 'Thank you!')).toHaveLength(1);
    expect(await ratingOf(shop, asked)).toMatchObject({ rating: 5 });
    expect(await told(shop)).toMatchObject([{ rating: 5 }]);
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(1);
  });

  test('whoever comes back finds what they chose; the last word counts, wherever it was said', async () => {
    const shop = await asking({ question: 'How was it? {{link}}' });
    const asked = await anAsked(shop);
    const { visitor, question } = asked;
    const chosenNow = async () =>
      (await questionOf(visitor)).choices.flatMap(({ label, isChosen }: Body) => (isChosen ? [label] : []));
    expect(await chosenNow()).toEqual([]);
    await must(press(visitor, question.choices[1]));
    expect(await chosenNow()).toEqual(['Bad']);

    // A page that comes back resumes its stream where it was.
    const resumed = await visitor.listen(`?after=${question.number - 1}`);
    const again = await until(() => toldOf(resumed, 'message')[0]?.data);
    expect(again.choices[1]).toEqual({ ...question.choices[1], isChosen: true });

    const [path] = /\/rate\/[\w-]+/.exec(question.parts[0].data) ?? [];
    const send = new URLSearchParams({ rating: '5' });
    await fetch(`${stage.gateway.origin}${path}`, { method: 'POST', body: send });
    expect(await chosenNow()).toEqual(['Great']);
  });

  test('a question whose time is over has no buttons any more, and a click that comes too late changes nothing', async () => {
    const shop = await asking();
    const asked = await anAsked(shop);
    const rated = await anAsked(shop);
    await must(press(rated.visitor, rated.question.choices[0]));
    stage.gateway.advance(15 * DAY_MS);
    for (const { visitor } of [asked, rated]) await must(visitor.open());

    expect(await questionOf(asked.visitor)).not.toHaveProperty('choices');
    expect((await questionOf(rated.visitor)).choices[0]).toMatchObject({ label: 'Awful', isChosen: true });
    await must(press(asked.visitor, asked.question.choices[2]));

    expect((await ratingOf(shop, asked)).rating).toBeUndefined();
    expect(await shop.chatsOf(asked.visitor.profileId)).toHaveLength(1);
  });

  test('nobody answers for somebody else, and what was asked of nobody is a message like any other', async () => {
    const shop = await asking();
    const [asked, other] = [await anAsked(shop), await anAsked(shop)];

    await must(press(other.visitor, asked.question.choices[0]));

    expect((await ratingOf(shop, asked)).rating).toBeUndefined();
    expect((await ratingOf(shop, other)).rating).toBeUndefined();
    expect(await shop.chatsOf(other.visitor.profileId)).toHaveLength(2);
    for (const choiceId of [7, {}, 'x'.repeat(1_001)])
      expect((await other.visitor.say('Good', { choiceId })).status).toBe(400);
  });

  test('whoever goes on in a new chat may still say how the one before was', async () => {
    const shop = await asking();
    const asked = await anAsked(shop);
    await must(asked.visitor.say('one more thing'));

    await must(press(asked.visitor, asked.question.choices[2]));

    expect(await ratingOf(shop, asked)).toMatchObject({ rating: 3 });
    const [now] = await shop.chatsOf(asked.visitor.profileId);
    expect(now.id).not.toBe(asked.chat.id);
    const { body } = await shop.api.get(`/chats/${now.id}/messages?limit=10`);
    expect(textsOf(body.messages)).toEqual(['one more thing']);
  });

  test('what an agent offers is chosen from the same way, and goes on in the chat', async () => {
    const shop = await asking();
    const visitor = shop.visitor();
    await must(visitor.say('hi'));
    const { id } = await shop.chatOf(visitor);
    const offered = [
      { id: 'blue', label: 'Blue' },
      { id: 'red', label: 'Red' },
    ];
    const parts = [
      { type: 'text/plain', data: 'Which one?' },
      { type: 'application/vnd.parley.choices+json', data: JSON.stringify(offered) },
    ];
    await must(shop.api.post(`/chats/${id}/messages`, { from: { profileId: 'ann' }, parts }));
    expect(await lastOf(visitor)).toMatchObject({ parts: [{ data: 'Which one?' }], choices: offered });

    await must(press(visitor, offered[1]));

    expect(await lastOf(visitor)).toMatchObject({ choiceId: 'red' });
    const { body } = await shop.api.get(`/chats/${id}/messages?limit=10`);
    expect(body.messages[2]).toMatchObject({ parts: [{ data: 'Red' }], metadata: { choiceId: 'red' } });
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(1);
  });
}
