import type { Channel, OutboundMedia } from '../../plugins/contract/index';
import { startTwilioSimulator, type TwilioSimulator } from './simulator';
import { CUSTOMER, channelOn, outbound, sending } from './simulator/channel-on';

let simulator: TwilioSimulator;
let channel: Channel;

beforeEach(async () => {
  simulator = await startTwilioSimulator({ autoCallbacks: false });
  channel = channelOn(simulator);
});

afterEach(async () => {
  await channel.close();
  await simulator.stop();
});

function service(): { sid: string; pool: readonly string[] } {
  const [sid, pool] = Object.entries(simulator.accounts[0]?.services ?? {})[0] ?? [];
  if (!sid || !pool) throw new Error('no service');
  return { sid, pool };
}

async function sendFromService(own: string): Promise<Record<string, unknown>> {
  const { sid } = service();
  const config = simulator.configOf(simulator.config.accountSid, sid);
  const pooled = channelOn(simulator, { config });
  await pooled.send(outbound({ to: { own, party: CUSTOMER } }), sending());
  await pooled.close();
  const [sent] = simulator.sent();
  return { ...sent };
}

describe('who sends', () => {
  test('a number sends as itself', async () => {
    await channel.send(outbound(), sending());
    expect(simulator.sent()).toMatchObject([
      { from: '+441632960001', messagingServiceSid: null, to: CUSTOMER },
    ]);
  });

  test('a service answers with the number that the customer wrote to', async () => {
    const { sid, pool } = service();
    expect(await sendFromService(pool[1] ?? '')).toMatchObject({ from: pool[1], messagingServiceSid: sid });
  });

  test('a service that writes first picks one of its numbers', async () => {
    const { sid } = service();
    expect(await sendFromService(sid)).toMatchObject({ from: null, messagingServiceSid: sid });
  });
});

describe('the address for status callbacks', () => {
  test('is the webhook, with the key in it', async () => {
    await channel.send(outbound(), sending({ idempotencyKey: 'msg_1/2&a=b ü#.0' }));
    expect(simulator.sent()[0]?.statusCallback).toBe(
      'https://gateway.test/channels/acc_test/webhook?key=msg_1%2F2%26a%3Db%20%C3%BC%23.0',
    );
  });

  test('keeps a query that is there', async () => {
    const host = { webhookUrl: 'https://gateway.test/hook?space=a%20b' };
    const other = channelOn(simulator, { host });
    await other.send(outbound(), sending());
    await other.close();
    expect(simulator.sent()[0]?.statusCallback).toBe('https://gateway.test/hook?space=a%20b&key=msg_1.0');
  });

  test('brings the key back, also before the request was answered', async () => {
    const seen: unknown[] = [];
    simulator.hold('after');
    const sent = channel.send(outbound(), sending({ idempotencyKey: 'msg_7.0' }));
    while (simulator.held() === 0) await new Promise((done) => setImmediate(done));
    const { sid } = simulator.sent()[0] ?? { sid: '' };
    const request = simulator.callbackRequest(sid, 'sent');
    await channel.webhook?.verify(request);
    seen.push(...(channel.webhook?.parse(request) ?? []));
    simulator.release();
    const receipt = await sent;
    expect(seen).toMatchObject([
      {
        status: { state: 'sent', target: { externalId: receipt.externalIds[0], idempotencyKey: 'msg_7.0' } },
      },
    ]);
  });
});

describe('what is sent', () => {
  const picture = (url: string): OutboundMedia => ({
    url,
    mimeType: 'image/png',
    name: 'a.png',
    open: () => Promise.reject(new Error('Twilio fetches it by itself')),
  });

  test('pictures without words go without a body', async () => {
    const { text: _none, ...captionless } = outbound({
      media: [picture('https://gateway.test/m/1?t=a%2Bb')],
    });
    const { externalIds } = await channel.send(captionless, sending());
    expect(externalIds[0]).toMatch(/^MM/);
    expect(simulator.sent()).toMatchObject([{ body: '', media: ['https://gateway.test/m/1?t=a%2Bb'] }]);
  });

  test('an empty message is Twilio’s to refuse', async () => {
    const { text: _none, ...empty } = outbound();
    await expect(channel.send(empty, sending())).rejects.toMatchObject({
      kind: 'rejected',
      detail: { providerCode: '21602' },
    });
  });
});

test.each([
  ['queued', 'accepted'],
  ['accepted', 'accepted'],
  ['scheduled', 'accepted'],
  ['sending', 'accepted'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['somethingnew', 'accepted'],
])('Twilio’s %s is a receipt of %s', async (status, state) => {
  const body = JSON.stringify({ sid: 'SM1', status });
  await simulator.fail('other', { answer: { status: 201, body } });
  expect(await channel.send(outbound(), sending())).toEqual({ externalIds: ['SM1'], state });
});
