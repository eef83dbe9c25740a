import { wants } from '../../core/model/subscription';

const sale = { name: 'chat.create', entityId: 'c1', teamId: 'sales', channelId: 'sms' };
const to = (type: string, ...filters: readonly (readonly [string, string])[]) => ({
  type,
  filters: filters.map(([name, value]) => ({ name, value })),
});

describe('a subscription', () => {
  test('to nothing in particular is to everything', () => {
    expect(wants([], sale)).toBe(true);
  });

  test('is to its own kind of event only', () => {
    expect(wants([to('chat.create')], sale)).toBe(true);
    expect(wants([to('chat.closed')], sale)).toBe(false);
    expect(wants([to('chat.closed'), to('chat.create')], sale)).toBe(true);
  });

  test('with several values for one name takes any of them', () => {
    expect(wants([to('chat.create', ['teamId', 'support'], ['teamId', 'sales'])], sale)).toBe(true);
    expect(wants([to('chat.create', ['teamId', 'support'], ['teamId', 'back'])], sale)).toBe(false);
  });

  test('with several names takes what passes all of them', () => {
    expect(wants([to('chat.create', ['teamId', 'sales'], ['channelId', 'sms'])], sale)).toBe(true);
    expect(wants([to('chat.create', ['teamId', 'sales'], ['channelId', 'email'])], sale)).toBe(false);
  });

  test('to messages of one direction takes the others not', () => {
    const sent = { ...sale, name: 'chatMessage.sent', message: { direction: 'inbound' } };

    expect(wants([to('chatMessage.sent', ['direction', 'inbound'])], sent)).toBe(true);
    expect(wants([to('chatMessage.sent', ['direction', 'outbound'])], sent)).toBe(false);
  });

  test('by an account takes the events of that account', () => {
    const changed = { ...sale, name: 'channel.update', entityId: 'a1' };

    expect(wants([to('channel.update', ['accountId', 'a1'])], changed)).toBe(true);
    expect(wants([to('channel.update', ['accountId', 'a2'])], changed)).toBe(false);
  });
});
