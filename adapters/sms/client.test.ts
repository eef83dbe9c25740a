import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { reroute } from './client';

describe('the operator’s base URL', () => {
  const api = 'https://api.twilio.com/2010-04-01/Accounts.json?Page=1';
  const messaging = 'https://messaging.twilio.com/v1/Services/MG1';

  test.each([
    [undefined, api, api],
    ['http://127.0.0.1:4010', api, 'http://127.0.0.1:4010/2010-04-01/Accounts.json?Page=1'],
    ['http://127.0.0.1:4010', messaging, 'http://127.0.0.1:4010/v1/Services/MG1'],
    ['http://127.0.0.1:4010/twilio/', messaging, 'http://127.0.0.1:4010/twilio/v1/Services/MG1'],
    ['https://api.dublin.ie1.twilio.com', api, api.replace('api.', 'api.dublin.ie1.')],
    [
      'https://api.dublin.ie1.twilio.com',
      messaging,
      'https://messaging.dublin.ie1.twilio.com/v1/Services/MG1',
    ],
    ['https://api.twilio.com', messaging, messaging],
    [
      'https://proxy.example/api.twilio.com',
      messaging,
      'https://proxy.example/api.twilio.com/v1/Services/MG1',
    ],
  ])('%s in the place of Twilio', (base, url, expected) => {
    expect(reroute(url, base)).toBe(expected);
  });
});

test('the SDK is not loaded before it is needed', () => {
  const script = `
    const { twilio } = require('./index.ts');
    const { fakeHost } = require('../../plugins/testing/fake-host.ts');
    const config = { accountSid: 'AC' + '0'.repeat(32), authToken: 'x', number: '60777' };
    const loaded = () => Object.keys(require.cache).filter((file) => /axios|libphonenumber|sms-segments/.test(file));
    const channel = twilio.create(config, fakeHost());
    twilio.identities(config);
    process.stdout.write(String(loaded().length));
  `;
  const tsx = path.join(path.dirname(require.resolve('tsx/package.json')), 'dist/cli.mjs');
  const output = execFileSync(process.execPath, [tsx, '-e', script], { cwd: __dirname, encoding: 'utf8' });
  expect(output).toBe('0');
});
