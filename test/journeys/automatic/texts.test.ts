import { aCustomer, onEachGateway, onOneGateway, type Shop, type Stage } from '../../support/shop';
import { until } from '../../support/until';
import { must } from '../teams/team-world';
import { closedDays, isSaid, isSettled, speaks } from './speaking-shop';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const speaker = (stage: Stage) => async (settings: Readonly<Record<string, unknown>>) => {
  const shop = await stage.shop();
  await speaks(shop.api, settings);
  return shop;
};

const statusOf = async (shop: Shop, chatId: string) => (await shop.api.get(`/chats/${chatId}`)).body.status;

onEachGateway('what a team says by itself, by text message', (stage) => {
  const speaking = speaker(stage);

  test('a welcome comes after its time, is marked as automatic, and answers nothing', async () => {
    const shop = await speaking({
      welcomeMessage: { timeout: 60, text: 'Hello {{customerName|there}}, {{teamName}} will be with you.' },
    });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hi');
    expect(await shop.said(id)).toEqual(['hi']);

    stage.gateway.advance(61_000);

    await isSaid(shop, id, 'hi', 'Hello there, Sales will be with you.');
    await until(() => shop.sentTo(customer).length === 1);
    const { body } = await shop.api.get(`/chats/${id}/messages?limit=10`);
    expect(body.messages[1]).toMatchObject({
      ...{ isAutomatedSend: true, metadata: { automatic: 'welcome' } },
      context: { direction: 'outbound', from: { id: 'sales', name: 'Sales' }, sentBy: 'gateway' },
    });
    expect(await statusOf(shop, id)).toBe('new');
    const chat = (await shop.api.get(`/chats/${id}`)).body;
    expect(chat.agentId).toBeUndefined();
  });

  test('out of hours it says so once, and when it is back; then it may be said again', async () => {
    const shop = await speaking({
      ...{ holidays: closedDays(), outOfHoursMessageEnabled: true, language: 'de' },
      ...{ outOfHoursMessage: 'Closed. Back on {{openingTime}}.', timeZone: 'Europe/Berlin' },
      welcomeMessage: { timeout: 0, text: 'Welcome!' },
    });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'one');
    const told = await until(async () => (await shop.said(id))[1]);
    expect(told).toMatch(/^Closed\. Back on (Mon|Diens|Mitt|Donners|Frei|Sams|Sonn)[a-z]+, 00:00\.$/);
    await shop.text(customer, 'two');
    await isSettled(shop, aCustomer());
    expect(await shop.said(id)).toEqual(['one', told, 'two']);

    await shop.answer(id, 'I am here all the same');
    stage.gateway.advance(13 * HOUR_MS);
    await shop.text(customer, 'three');
    await until(async () => (await shop.said(id)).length === 6);
    expect((await shop.said(id)).at(-1)).toContain('Closed. Back on');
  });

  test('two machines that answer each other stop: each text is said once, however long they go on', async () => {
    const shop = await speaking({
      ...{ holidays: closedDays(), outOfHoursMessageEnabled: true, outOfHoursMessage: 'Closed.' },
      ...{ closeMessage: 'Goodbye!', emailRequest: { timeout: 0, text: 'Your address?' } },
    });
    const autoComplete = { afterMinutes: 60, warnMinutesBefore: 10, warning: 'Still there?' };
    await must(shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoComplete }));
    const machine = aCustomer();
    await shop.chatFrom(machine, 'beep');
    let answered = 0;
    const answerAll = async () => {
      for (; answered < shop.sentTo(machine).length; answered += 1) await shop.text(machine, 'I am away.');
    };

    for (let round = 0; round < 5; round += 1) {
      await isSettled(shop, aCustomer());
      await until(async () => {
        await answerAll();
        const { body } = await shop.api.get('/chats?includeClosed=true');
        const ids: string[] = body.map((chat: { id: string }) => chat.id);
        const messages = await Promise.all(ids.map((id) => shop.said(id)));
        return messages.flat().filter((text) => text === 'I am away.').length === answered;
      });
      stage.gateway.advance(70 * MINUTE_MS);
    }

    const said = shop.sentTo(machine).map(({ body }) => body);
    expect([...said].sort()).toEqual([...new Set(said)].sort());
    expect(said.length).toBeLessThanOrEqual(5);
    expect(said.length).toBeGreaterThanOrEqual(2);
  });
});

onOneGateway('what a team does not say', (stage) => {
  const speaking = speaker(stage);

  test('nobody is welcomed whom a person has answered', async () => {
    const shop = await speaking({ welcomeMessage: { timeout: 60, text: 'Welcome!' } });
    const { id } = await shop.chatFrom(aCustomer(), 'hi');
    await shop.answer(id, 'What can I do for you?');
    stage.gateway.advance(61_000);
    await shop.chatFrom(aCustomer());
    stage.gateway.advance(61_000);
    await until(async () => (await shop.logged('chatMessage.sent', 4)).length === 4);

    expect(await shop.said(id)).toEqual(['hi', 'What can I do for you?']);
  });

  test('nobody there is said where nobody of the team is available, and not where somebody is', async () => {
    const shop = await speaking({
      ...{ outOfHoursMessage: 'Nobody is here.', outOfHoursWhen: 'noAgentAvailable' },
    });
    const { id } = await shop.chatFrom(aCustomer(), 'hi');
    await isSaid(shop, id, 'hi', 'Nobody is here.');
    await must(shop.api.put('/presence/ann', { status: 'available' }));
    await speaks(shop.api, {
      ...{ outOfHoursMessage: 'Nobody is here.', outOfHoursWhen: 'noAgentAvailable' },
      welcomeMessage: { timeout: 0, text: 'Welcome!' },
    });
    const other = await shop.chatFrom(aCustomer(), 'hi');

    await isSaid(shop, other.id, 'hi', 'Welcome!');
  });

  test('who wants no messages gets none, and their STOP is not answered', async () => {
    const shop = await speaking({ welcomeMessage: { timeout: 0, text: 'Welcome!' } });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'STOP');
    await isSettled(shop, aCustomer());

    expect(await shop.said(id)).toEqual(['STOP']);
    expect(shop.sentTo(customer)).toEqual([]);
  });

  test('a chat that closes by a person says goodbye each time, and not with bypassMessage', async () => {
    const shop = await speaking({ closeMessage: 'Goodbye {{customerName}}!' });
    const customer = aCustomer();
    for (const bypassMessage of [false, true, false]) {
      const { id } = await shop.chatFrom(customer, 'hi');
      await must(shop.api.put(`/chats/${id}/close`, { bypassMessage }));
    }
    await until(() => shop.sentTo(customer).length === 2);

    expect(shop.sentTo(customer).map(({ body }) => body)).toEqual(['Goodbye!', 'Goodbye!']);
  });

  test('after an outage nobody is welcomed for yesterday', async () => {
    const shop = await speaking({ welcomeMessage: { timeout: 600, text: 'Welcome!' } });
    const { id } = await shop.chatFrom(aCustomer(), 'hi');
    stage.gateway.advance(DAY_MS);
    await shop.chatFrom(aCustomer());
    stage.gateway.advance(601_000);
    await until(async () => (await shop.logged('chatMessage.sent', 3)).length === 3);

    expect(await shop.said(id)).toEqual(['hi']);
  });
});
