import assert from 'node:assert/strict';
import type { ChannelDefinition } from '../contract/index';
import { collectingRunner } from './collect';
import { describeChannel, type KitOptions } from './describe-channel';
import { inAnotherYear } from './in-another-year';
import { propertiesOf, secretsOf, withoutSecrets } from './settings';

const definition: ChannelDefinition<object> = {
  contract: '^0.1',
  id: 'nothing',
  channel: 'nothing',
  title: 'Nothing',
  capabilities: { text: { maxLength: 1 }, states: [], canStart: false, idempotentSend: false },
  configSchema: {},
  identities: () => [],
  normalizeAddress: () => undefined,
  create: () => ({
    check: () => Promise.resolve({ warnings: [] }),
    send: () => Promise.reject(new Error('no')),
    close: () => Promise.resolve(),
  }),
};

function kit(more: Partial<KitOptions<object>> = {}) {
  const runner = collectingRunner();
  describeChannel({
    definition,
    supports: [],
    runner,
    start: () => Promise.reject(new Error('the provider does not start')),
    ...more,
  });
  return runner;
}

test('a check that is left out says why, in its name', async () => {
  const check = 'lifecycle: closing twice is fine';
  const outcomes = await kit({ skip: [{ check, reason: 'just so' }] }).run({ only: check });
  expect(outcomes).toEqual([{ name: `${check} (left out: just so)`, state: 'skipped' }]);
});

test('what is left out must exist, so that a renamed check is not left out for ever', () => {
  expect(() => kit({ skip: [{ check: 'lifecycle: dancing', reason: 'no feet' }] })).toThrow(
    /lifecycle: dancing/,
  );
});

test('a failing check begins with the sentence that helps', async () => {
  const [outcome] = await kit({
    definition: { ...definition, contract: '^9.0' },
    start: () => Promise.resolve(aDriver()),
  }).run({ only: 'definition: speaks' });
  expect(outcome).toMatchObject({
    state: 'failed',
    error: expect.stringMatching(/^Set `contract` to a range/),
  });
});

test('a channel with more than was said is noticed', async () => {
  const channel = definition.create({}, {} as never);
  const more = { ...definition, create: () => ({ ...channel, typing: () => Promise.resolve() }) };
  const [outcome] = await kit({ definition: more, start: () => Promise.resolve(aDriver()) }).run({
    only: 'definition: has the members',
  });
  expect(outcome?.state).toBe('failed');
});

function aDriver() {
  const address = { own: 'a', party: 'b' };
  const none = { config: {}, otherConfig: {}, customer: address, otherCustomer: address };
  return {
    ...none,
    accepted: () => [],
    requests: () => 0,
    pending: () => 0,
    fail: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

test('nested settings are found by their path', () => {
  const configSchema = {
    properties: {
      host: { type: 'string' },
      imap: { properties: { user: { type: 'string' }, password: { type: 'string', writeOnly: true } } },
    },
  };
  const config = { host: 'h', imap: { user: 'u', password: 'p' } };
  expect(propertiesOf(configSchema).map(({ path }) => path)).toEqual([
    'host',
    'imap',
    'imap.user',
    'imap.password',
  ]);
  expect(secretsOf({ ...definition, configSchema }, config)).toEqual(['p']);
  expect(withoutSecrets(configSchema, config)).toEqual({ host: 'h', imap: { user: 'u' } });
});

test('another year has another clock and other dice, and real dates', () => {
  const read = () => ({ now: Date.now(), made: new Date().getFullYear(), said: Date(), parsed: new Date(0) });
  const here = read();
  const there = inAnotherYear(read);
  expect(there.now - here.now).toBeGreaterThan(1e11);
  expect(there.made).toBeGreaterThan(here.made);
  expect(there.said).not.toBe(here.said);
  assert.deepEqual(there.parsed, here.parsed);
  expect(Math.abs(Date.now() - here.now)).toBeLessThan(60_000);
});
