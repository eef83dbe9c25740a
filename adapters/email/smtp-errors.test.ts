import { type Stage, smtpError } from './smtp-errors';

const said = (response: string, stage: Stage) =>
  smtpError({ code: 'EMESSAGE', responseCode: Number(response.slice(0, 3)), response }, stage);

test.each<[string, Stage, string, object]>([
  ['421 4.7.0 try again later', 'envelope', 'rate_limited', { retryAfterMs: 60_000 }],
  ['450 4.2.0 greylisted, try again later', 'envelope', 'unavailable', {}],
  ['451 4.3.0 local error', 'body', 'unavailable', {}],
  ['452 4.5.3 too many recipients', 'envelope', 'rate_limited', {}],
  ['550 5.1.1 user unknown', 'envelope', 'unreachable', { reason: 'bad_address', providerCode: '5.1.1' }],
  ['550 no such user', 'envelope', 'unreachable', { reason: 'bad_address', providerCode: '550' }],
  ['550 5.7.1 blocked', 'envelope', 'unreachable', { reason: 'blocked' }],
  ['554 5.7.1 <x@y.example>: Relay access denied', 'envelope', 'unauthorized', { setting: 'address' }],
  ['550 5.7.30 Basic authentication is not supported', 'login', 'unauthorized', { setting: 'smtp.password' }],
  ['535 5.7.8 bad credentials', 'login', 'unauthorized', { setting: 'smtp.password' }],
  ['454 4.7.0 temporary authentication failure', 'login', 'unavailable', {}],
  ['530 5.7.0 must issue a STARTTLS command first', 'envelope', 'unauthorized', {}],
  ['552 5.3.4 message too big', 'body', 'rejected', { reason: 'too_long' }],
  ['554 5.6.0 looks like spam', 'body', 'rejected', { reason: 'filtered' }],
])('%s after %s is %s', (response, stage, kind, detail) => {
  const error = said(response, stage);
  expect(error.kind).toBe(kind);
  expect(error.detail).toMatchObject(detail);
  expect(error.detail.maybeSent).not.toBe(true);
  expect(error.message).not.toContain('@');
});

test('without a clear answer, only what was sent whole may have arrived', () => {
  for (const stage of ['connect', 'login', 'envelope', 'data'] as const)
    expect(smtpError({ code: 'ECONNECTION' }, stage).detail.maybeSent).not.toBe(true);
  expect(smtpError({ code: 'ETIMEDOUT' }, 'body').detail.maybeSent).toBe(true);
  expect(said('421 4.3.2 closing down', 'body').detail.maybeSent).toBe(true);
});
