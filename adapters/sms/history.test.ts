import type { InboundMessage, OutboundMedia, OutboundMessage, SentMatch } from '../../plugins/contract/index';
import { memoryInbox } from '../../plugins/testing/memory-inbox';
import type { TwilioConfig } from './config';
import { startTwilioSimulator, type TwilioSimulator } from './simulator';
import { CUSTOMER, channelOn, outbound, read, sending, soon } from './simulator/channel-on';

const OWN = '+441632960001';
const SECOND_OWN = '+441632960002';
const HOUR_MS = 3_600_000;

let simulator: TwilioSimulator;
let channel: ReturnType<typeof channelOn>;

beforeEach(async () => {
  simulator = await startTwilioSimulator({ autoCallbacks: false });
  channel = channelOn(simulator);
});

afterEach(async () => {
  await channel.close();
  await simulator.stop();
});

function find(message: OutboundMessage, by = channel, since = new Date()): Promise<readonly SentMatch[]> {
  return by.findSent({ message, idempotencyKey: 'msg_1.0', since }, soon());
}

async function send(message: OutboundMessage, by = channel): Promise<string> {
  return (await by.send(message, sending())).externalIds[0];
}

function pooled(): { channel: ReturnType<typeof channelOn>; sid: string; pool: readonly string[] } {
  const [sid = '', pool = []] = Object.entries(simulator.accounts[0]?.services ?? {})[0] ?? [];
  const config = simulator.configOf(simulator.config.accountSid, sid);
  return { channel: channelOn(simulator, { config }), sid, pool };
}

/** A page of Twilio's list, with one message that differs from the usual one. */
async function listed(more: object): Promise<void> {
  const now = new Date().toUTCString().replace('GMT', '+0000');
  const usual = {
    ...{ sid: 'SM1', body: 'hi', num_media: '0', direction: 'outbound-api', from: OWN, to: CUSTOMER },
    ...{ date_created: now, date_sent: now, date_updated: now, messaging_service_sid: null, status: 'sent' },
  };
  const body = JSON.stringify({ messages: [{ ...usual, ...more }], next_page_uri: null, page: 0 });
  await simulator.fail('other', { on: 'list', answer: { status: 200, body } });
}

const picture: OutboundMedia = {
  url: 'https://gateway.test/m/1',
  mimeType: 'image/png',
  name: 'a.png',
  open: () => Promise.reject(new Error('not here')),
};

describe('looking for what was sent', () => {
  test('finds a message that still waits in Twilio’s queue, and so has no date of sending', async () => {
    const sid = await send(outbound());
    expect(await find(outbound())).toMatchObject([{ externalId: sid }]);
  });

  test('tells pictures from none, and one from two', async () => {
    const none = await send(outbound());
    const one = await send(outbound({ media: [picture] }));
    const two = await send(outbound({ media: [picture, picture] }));
    for (const [media, sid] of [
      [[], none] as const,
      [[picture], one] as const,
      [[picture, picture], two] as const,
    ])
      expect(await find(outbound({ media }))).toMatchObject([{ externalId: sid }]);
  });

  test('does not take one number’s message for another’s', async () => {
    const config: TwilioConfig = { ...simulator.config, number: SECOND_OWN };
    const second = channelOn(simulator, { config });
    await send(outbound(), second);
    expect(await find(outbound())).toEqual([]);
    expect(await find(outbound(), second)).toHaveLength(1);
    await second.close();
  });

  test('does not take the inbound side for the sent one, when two of our own numbers talk', async () => {
    simulator.miss({ from: OWN, to: SECOND_OWN, body: 'hi' });
    expect(await find(outbound({ to: { own: OWN, party: SECOND_OWN } }))).toEqual([]);
  });

  test('allows for a minute between the clocks, and not for two', async () => {
    const at = async (secondsAgo: number): Promise<number> => {
      await listed({ date_created: new Date(Date.now() - secondsAgo * 1_000).toUTCString() });
      return (await find(outbound())).length;
    };
    expect([await at(0), await at(55), await at(120)]).toEqual([1, 1, 0]);
  });

  test('knows a trial account’s prefix, and takes no other change for the same text', async () => {
    await listed({ body: 'Sent from your Twilio trial account - hi' });
    expect(await find(outbound())).toHaveLength(1);
    for (const body of ['hi ', 'HI', 'hi there', '', 'Sent from your Twilio trial account - ho']) {
      await listed({ body });
      expect(await find(outbound())).toEqual([]);
    }
  });

  test('walks all pages, and stops behind the last that is recent', async () => {
    for (let count = 0; count < 250; count += 1)
      simulator.remember({ from: OWN, to: CUSTOMER, body: 'x', at: new Date(Date.now() - HOUR_MS) });
    const sid = await send(outbound({ text: 'the first' }));
    for (let count = 0; count < 210; count += 1)
      simulator.remember({ from: OWN, to: CUSTOMER, body: 'y', at: new Date() });
    const before = simulator.requests();
    expect(await find(outbound({ text: 'the first' }))).toMatchObject([{ externalId: sid }]);
    // 461 messages: the page with ours, the one before it, and the first that is old throughout.
    expect(simulator.requests() - before).toBe(3);
  });
});

describe('looking for what a service sent', () => {
  test('finds it whichever number of the pool was picked', async () => {
    const { channel: service, sid } = pooled();
    const message = outbound({ to: { own: sid, party: CUSTOMER } });
    const sent = await send(message, service);
    expect(await find(message, service)).toMatchObject([{ externalId: sent }]);
    await simulator.callback(sent, 'sent').catch(() => undefined);
    expect(await find(message, service)).toMatchObject([{ externalId: sent }]);
    await service.close();
  });

  test('does not take a number’s own message for the service’s', async () => {
    const { channel: service, sid } = pooled();
    await send(outbound());
    expect(await find(outbound({ to: { own: sid, party: CUSTOMER } }), service)).toEqual([]);
    await service.close();
  });

  test('knows what smart encoding makes of a text, and does not expect it of a plain number', async () => {
    const { channel: service, sid, pool } = pooled();
    const smart = { body: 'it\'s "fine"', messaging_service_sid: sid, from: pool[0] };
    const message = outbound({ text: 'it’s “fine”', to: { own: sid, party: CUSTOMER } });
    await listed(smart);
    expect(await find(message, service)).toHaveLength(1);
    await listed({ body: 'it\'s "fine"' });
    expect(await find(outbound({ text: 'it’s “fine”' }))).toEqual([]);
    await service.close();
  });
});

async function since(ms: number, by = channel): Promise<readonly InboundMessage[]> {
  const inbox = memoryInbox();
  await by.listSince(new Date(Date.now() - ms), inbox, soon());
  return inbox.events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
}

describe('filling a gap', () => {
  test('hands in all of a long outage, in order and in pieces', async () => {
    const start = Date.now() - HOUR_MS;
    for (let index = 0; index < 430; index += 1)
      simulator.miss({ from: CUSTOMER, to: OWN, body: String(index), at: new Date(start + index * 1_000) });
    const sizes: number[] = [];
    const inbox = memoryInbox();
    const counting = {
      ...inbox,
      accept: async (...given: Parameters<typeof inbox.accept>) => {
        sizes.push(given[0].length);
        await inbox.accept(...given);
      },
    };
    await channel.listSince(new Date(start), counting, soon());
    expect(inbox.events.map((event) => event.type === 'message' && Number(event.message.text))).toEqual(
      Array.from({ length: 430 }, (_, index) => index),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(50);
  });

  test('says when each arrived, and what it said, with its pictures', async () => {
    const at = new Date('2026-02-03T04:05:06Z');
    const media = [
      { mimeType: 'image/jpeg', bytes: Buffer.from('first') },
      { mimeType: 'text/vcard', bytes: Buffer.from('second') },
    ];
    simulator.miss({ from: CUSTOMER, to: OWN, body: 'STOP', media, at });
    const inbox = memoryInbox();
    await channel.listSince(new Date('2026-02-03T04:00:00Z'), inbox, soon());
    const [event] = inbox.events;
    if (event?.type !== 'message') throw new Error('no message');
    expect(event.message).toMatchObject({ sentAt: at, text: 'STOP', consent: 'stop', sender: {} });
    expect(event.message.media.map(({ mimeType }) => mimeType)).toEqual(['image/jpeg', 'text/vcard']);
    const { body } = await channel.openMedia(event.message.media[1]?.ref ?? '', soon());
    expect((await read(body)).toString()).toBe('second');
  });

  test('refers to media as the webhook does', async () => {
    const message = { from: CUSTOMER, to: OWN, media: [{ mimeType: 'image/gif', bytes: Buffer.from('x') }] };
    simulator.route(OWN, 'https://gateway.test/hook');
    const sid = simulator.miss(message);
    const [delivered] = channel.webhook.parse(simulator.request({ ...message, sid }));
    const [found] = await since(HOUR_MS);
    expect(delivered).toMatchObject({ message: { externalId: sid, media: found?.media } });
  });
});

describe('of all that Twilio has, what is ours', () => {
  test('leaves out what we sent, and what other numbers received', async () => {
    await send(outbound());
    simulator.miss({ from: CUSTOMER, to: SECOND_OWN, body: 'to another' });
    simulator.miss({ from: CUSTOMER, to: OWN, body: 'to us' });
    expect((await since(HOUR_MS)).map(({ text }) => text)).toEqual(['to us']);
  });

  test('of a service takes what came to any of its numbers, and nothing else', async () => {
    const { channel: service, sid, pool } = pooled();
    simulator.miss({ from: CUSTOMER, to: OWN, body: 'to a number' });
    for (const to of pool) simulator.miss({ from: CUSTOMER, to, body: `to ${to}` });
    const found = await since(HOUR_MS, service);
    expect(found.map(({ address, via }) => [address.own, via])).toEqual(pool.map((own) => [own, sid]));
    await service.close();
  });

  test('takes a second for a whole one: Twilio’s dates have no fractions', async () => {
    simulator.miss({ from: CUSTOMER, to: OWN, body: 'just then', at: new Date('2026-02-03T04:05:06.200Z') });
    const inbox = memoryInbox();
    await channel.listSince(new Date('2026-02-03T04:05:06.900Z'), inbox, soon());
    expect(inbox.events).toHaveLength(1);
  });
});
