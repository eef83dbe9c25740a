import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { toldOf } from '../web-chat/visitor';
import { type Body, must, onWebGateway, textsOf, type WebStage } from '../web-chat/web-chat-world';
import { closedDays } from './speaking-shop';
import { aSpeakingSite, mail, shows } from './speaking-site';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

onEachDatabase('what a team says by itself in a web chat', (open) => {
  onWebGateway('with one gateway', speakingByItself, { open, definitions: [mail.definition] });
});

function speakingByItself(stage: WebStage): void {
  const speaking = aSpeakingSite.bind(undefined, stage);

  test('a welcome comes after its time, to whoever listens; to the API it is an automatic one, and the chat waits on', async () => {
    const shop = await speaking({
      welcomeMessage: { timeout: 60, text: 'Hello {{customerName|there}}, {{teamName}} will be with you.' },
    });
    const visitor = shop.visitor();
    await must(visitor.say('Is it blue?', { preChat: { name: 'Ada' } }));
    const stream = await visitor.listen('?after=1');
    expect(toldOf(stream, 'message')).toEqual([]);

    stage.gateway.advance(61_000);

    const [told] = await until(() => {
      const messages = toldOf(stream, 'message');
      return messages.length > 0 ? messages : undefined;
    });
    expect(told?.data).toMatchObject({
      from: { id: 'sales', name: 'Sales' },
      parts: [{ type: 'text/plain', data: 'Hello Ada, Sales will be with you.' }],
    });
    const chat = await shop.chatOf(visitor);
    const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);
    expect(body.messages.map((message: Body) => message.isAutomatedSend)).toEqual([false, true]);
    expect(body.messages[1]).toMatchObject({
      ...{ status: 'sent', metadata: { automatic: 'welcome' } },
      context: { direction: 'outbound', from: { id: 'sales', name: 'Sales' }, sentBy: 'gateway' },
    });
    expect(chat.status).toBe('new');
    expect((await visitor.history()).chat).toEqual({ state: 'waiting' });
    expect(toldOf(stream, 'message')).toHaveLength(1);
  });

  test('an address that was asked for is where answers go when the visitor has left', async () => {
    const leaving = { mode: 'automatic', afterMinutes: 10, intro: 'You had left.' };
    const shop = await speaking({ emailRequest: { timeout: 60, text: 'Your mail address?' } }, { leaving });
    const mailbox = await shop.withMail();
    const visitor = shop.visitor();
    await must(visitor.say('Is it blue?'));
    stage.gateway.advance(61_000);
    await shows(visitor, 'Is it blue?', 'Your mail address?');

    await must(visitor.say('it is Ada.Byron@home.example, thanks'));

    const email = 'Ada.Byron@home.example';
    await until(async () => (await shop.api.get(`/profiles/${visitor.profileId}`)).body.email === email);
    const { id } = await shop.chatOf(visitor);
    await shop.answer(id, 'Yes, from Friday.');
    stage.gateway.advance(11 * MINUTE_MS);
    const sent = await until(() => mail.sent().find(({ own }) => own === mailbox));
    expect(sent).toMatchObject({
      party: email.toLowerCase(),
      message: { text: 'You had left.\n\nYes, from Friday.' },
    });
  });

  test('nobody is asked for an address who left one before, in a form or while they waited', async () => {
    const shop = await speaking({ emailRequest: { timeout: 60, text: 'Your mail address?' } });
    const [first, later] = [shop.visitor(), shop.visitor()];
    await must(first.say('hello', { preChat: { email: 'ada@home.example' } }));
    await must(later.say('hello'));
    await must(later.call('POST', '/identity', { body: { email: 'bo@home.example' } }));
    await must(shop.visitor().say('hello'));
    stage.gateway.advance(61_000);
    const other = shop.visitor();
    await must(other.say('hello'));
    stage.gateway.advance(61_000);
    await shows(other, 'hello', 'Your mail address?');

    await shows(first, 'hello');
    await shows(later, 'hello');
  });

  test('out of hours the page says so before, with its variables, and the team once, however many messages race', async () => {
    const shop = await speaking({
      ...{ holidays: closedDays(), outOfHoursMessageEnabled: true, timeZone: 'Europe/Berlin' },
      ...{ outOfHoursMessage: '{{teamName}} is back on {{openingTime}}.', language: 'de' },
      channels: { webChat: { outOfHoursMessage: '{{teamName}} is here again on {{openingTime}}.' } },
    });
    const visitor = shop.visitor();
    const { body: config } = await visitor.call('GET', '/config');
    const absence = /^Sales is here again on (Mon|Diens|Mitt|Donners|Frei|Sams|Sonn)[a-z]+, 00:00\.$/;
    expect(config).toMatchObject({
      availability: 'closed',
      outOfHours: { text: expect.stringMatching(absence) },
    });
    await must(visitor.open());

    await Promise.all(['one', 'two', 'three'].map((text) => visitor.say(text)));

    await until(async () => (await visitor.history()).messages.length === 4);
    await must(visitor.say('four'));
    await shop.isSettled();
    const said = textsOf((await visitor.history()).messages);
    expect(said.filter((text) => absence.test(text))).toEqual([config.outOfHours.text]);
    expect(new Set(said)).toEqual(new Set(['one', 'two', 'three', 'four', config.outOfHours.text]));
    expect(said).toHaveLength(5);
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(1);
  });

  test('the same is said once to a visitor in its window, whatever they begin anew', async () => {
    const shop = await speaking({ welcomeMessage: { timeout: 0, text: 'Welcome!' } });
    const visitor = shop.visitor();
    await must(visitor.say('one'));
    await shows(visitor, 'one', 'Welcome!');
    const first = await shop.chatOf(visitor);
    await shop.answer(first.id, 'hello');
    await must(shop.close(first));

    await must(visitor.say('two'));
    await shop.isSettled();
    await shows(visitor, 'one', 'Welcome!', 'hello', 'two');

    await must(shop.close(await shop.chatOf(visitor)));
    stage.gateway.advance(13 * HOUR_MS);
    await must(visitor.say('three'));
    await shows(visitor, 'one', 'Welcome!', 'hello', 'two', 'three', 'Welcome!');
  });
}
