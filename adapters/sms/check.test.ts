import { startTwilioSimulator, type TwilioSimulator } from './simulator';
import { channelOn, soon } from './simulator/channel-on';
import type { SimulatedAccount } from './simulator/world';

const SID = `AC${'1'.repeat(32)}`;
const SERVICE = `MG${'2'.repeat(32)}`;
const WEBHOOK = 'https://gateway.test/channels/acc_test/webhook';
const ACCOUNT: SimulatedAccount = {
  accountSid: SID,
  authToken: 'a-token-of-the-simulator',
  numbers: ['+441632960001', '60777', 'PARLEY'],
  services: { [SERVICE]: ['+441632960011'] },
};

let simulator: TwilioSimulator;

async function check(
  settings: { number?: string; messagingServiceSid?: string; authToken?: string; accountSid?: string },
  account: Partial<SimulatedAccount> = {},
): Promise<readonly string[]> {
  simulator = await startTwilioSimulator({ accounts: [{ ...ACCOUNT, ...account }] });
  for (const own of ['+441632960001', '60777', SERVICE]) simulator.route(own, `${WEBHOOK}#rc=5&rp=all`);
  return checkAgain(settings);
}

async function checkAgain(settings: object): Promise<readonly string[]> {
  const config = { accountSid: SID, authToken: ACCOUNT.authToken, ...settings };
  const channel = channelOn(simulator, { config });
  const { warnings } = await channel.check(soon()).finally(() => channel.close());
  return warnings;
}

afterEach(() => simulator.stop());

describe('settings that work', () => {
  test.each([[{ number: '+441632960001' }], [{ number: '60777' }], [{ messagingServiceSid: SERVICE }]])(
    '%j has nothing to warn of',
    async (settings) => {
      expect(await check(settings)).toEqual([]);
    },
  );

  test('an alphanumeric sender cannot be answered', async () => {
    expect(await check({ number: 'PARLEY' })).toEqual(['Nobody can answer an alphanumeric sender.']);
  });

  test('a trial account may only write to verified numbers', async () => {
    expect(await check({ number: '+441632960001' }, { type: 'Trial' })).toEqual([
      'A trial account may only write to verified numbers.',
    ]);
  });

  test.each([['+441632960001'], ['60777']])(
    '%s that calls another address does not reach us',
    async (number) => {
      await check({ number });
      simulator.route(number, 'https://elsewhere.test/');
      expect(await checkAgain({ number })).toEqual([expect.stringContaining(`to ${WEBHOOK}`)]);
    },
  );

  test('nor does a service that calls another address', async () => {
    await check({ messagingServiceSid: SERVICE });
    simulator.route(SERVICE, 'https://elsewhere.test/');
    expect(await checkAgain({ messagingServiceSid: SERVICE })).toHaveLength(1);
  });
});

describe('settings that do not work name the one at fault', () => {
  const unauthorized = (setting: string) => ({ kind: 'unauthorized', detail: { setting } });

  test.each([
    [{ number: '+441632960001', authToken: 'wrong' }, 'authToken'],
    [{ number: '+441632960001', accountSid: `AC${'9'.repeat(32)}` }, 'authToken'],
    [{ number: '+441632969999' }, 'number'],
    [{ number: '99999' }, 'number'],
    [{ messagingServiceSid: `MG${'9'.repeat(32)}` }, 'messagingServiceSid'],
  ])('%j', async (settings, setting) => {
    await expect(check(settings)).rejects.toMatchObject(unauthorized(setting));
  });

  test.each(['suspended', 'closed'] as const)('an account that is %s', async (status) => {
    await expect(check({ number: '+441632960001' }, { status })).rejects.toMatchObject({
      ...unauthorized('accountSid'),
      message: expect.stringContaining(status),
    });
  });

  test('a number that cannot send texts', async () => {
    await check({ number: '+441632960001' });
    const numbers = [{ capabilities: { sms: false, mms: false }, sms_url: WEBHOOK }];
    const answer = { status: 200, body: JSON.stringify({ incoming_phone_numbers: numbers }) };
    await simulator.fail('slow', { ms: 0 });
    await simulator.fail('other', { answer });
    await expect(checkAgain({ number: '+441632960001' })).rejects.toMatchObject(unauthorized('number'));
  });
});

test('a service that Twilio cannot show just now is not a wrong one', async () => {
  await check({ messagingServiceSid: SERVICE });
  await simulator.fail('slow', { ms: 0 });
  await simulator.fail('busy');
  await expect(checkAgain({ messagingServiceSid: SERVICE })).rejects.toMatchObject({ kind: 'unavailable' });
});
