import type { FailureKind, Reason } from '../../plugins/contract/index';
import type { Answer } from './answer';
import { FAILURES } from './error-codes';
import { failureOf } from './failures';

const PAGE = '100000000000001';
const facts = { creates: true, attempt: 1, pageId: PAGE };

function answer(code: number, subcode?: number, more: Partial<Answer> & { message?: string } = {}): Answer {
  const { message = 'Meta says something with an id 7100000000000001 in it', ...rest } = more;
  const error = { code, message, ...(subcode !== undefined && { error_subcode: subcode }) };
  return { status: 400, headers: {}, body: { error }, ...rest };
}

test.each<[string, number, number | undefined, FailureKind, Reason | undefined]>([
  ['the reply window', 10, 2018278, 'unreachable', 'outside_window'],
  ['the same in its older form', 10, 2018065, 'unreachable', 'outside_window'],
  ['a restricted page', 10, 1893063, 'unauthorized', 'not_permitted'],
  ['a token that has expired', 190, 463, 'unauthorized', 'not_permitted'],
  ['a token of a changed password', 190, 460, 'unauthorized', 'not_permitted'],
  ['a token that is none', 190, 467, 'unauthorized', 'not_permitted'],
  ['a token with a subcode from the future', 190, 4711, 'unauthorized', 'not_permitted'],
  ['a missing permission', 200, undefined, 'unauthorized', 'not_permitted'],
  ['another missing permission', 10, undefined, 'unauthorized', 'not_permitted'],
  ['somebody who blocked the page', 551, undefined, 'unreachable', 'blocked'],
  ['somebody who is not available', 200, 1545041, 'unreachable', 'blocked'],
  ['somebody who never wrote', 100, 2018001, 'unreachable', 'bad_address'],
  ['a conversation of another app', 10, 2018300, 'unreachable', 'not_permitted'],
  ['a bad parameter', 100, undefined, 'rejected', 'unknown'],
  ['a file that it cannot fetch', 100, 2018008, 'rejected', 'bad_media'],
  ['too many calls', 613, undefined, 'rate_limited', undefined],
  ['too many calls of the app', 4, undefined, 'rate_limited', undefined],
  ['too many calls of the page', 32, undefined, 'rate_limited', undefined],
  ['too many calls of the business', 80006, undefined, 'rate_limited', undefined],
  ['a moment of trouble', 1200, undefined, 'unavailable', undefined],
  ['a code from the future', 987_654, undefined, 'rejected', 'unknown'],
])('%s', (_what, code, subcode, kind, reason) => {
  const error = failureOf(answer(code, subcode), facts);
  expect([error.kind, error.detail.reason]).toEqual([kind, reason]);
  expect(error.detail.providerCode).toBe(subcode === undefined ? `${code}` : `${code}/${subcode}`);
  expect(error.detail.maybeSent).toBeUndefined();
  expect(error.message).not.toContain('7100000000000001');
});

test('an answer that Meta itself cannot read may have been sent', () => {
  expect(failureOf(answer(1, 1357046), facts).detail.maybeSent).toBe(true);
  expect(failureOf(answer(1), facts).detail.maybeSent).toBe(true);
  expect(failureOf(answer(1), { ...facts, creates: false }).detail.maybeSent).toBeUndefined();
});

test('code 2 is tried three times and no more: it may mean a customer who blocked the page', () => {
  const kinds = [1, 2, 3].map((attempt) => failureOf(answer(2), { ...facts, attempt }).kind);
  expect(kinds).toEqual(['unavailable', 'unavailable', 'unreachable']);
});

test.each([
  ['HTML', 502, '<html>Bad Gateway</html>'],
  ['nothing', 500, ''],
  ['half of a JSON', 200, '{"recipient_id":"1","mess'],
  ['a list', 200, []],
  ['null', 200, null],
  ['an error without a code', 500, { error: { message: 'oops' } }],
])('%s may have been sent', (_what, status, body) => {
  const error = failureOf({ status, headers: {}, body }, facts);
  expect([error.kind, error.detail.maybeSent]).toEqual(['unavailable', true]);
});

test('a wrong proof names the app secret, a wrong page the page, an old version the version', () => {
  const proof = answer(100, undefined, {
    message: '(#100) Invalid appsecret_proof provided in the API argument',
  });
  expect(failureOf(proof, facts)).toMatchObject({ kind: 'unauthorized', detail: { setting: 'appSecret' } });
  expect(failureOf(answer(100, 33), facts).detail.setting).toBe('pageId');
  expect(failureOf(answer(2635), facts).detail.setting).toBe('graphVersion');
  expect(failureOf(answer(190, 463), facts).detail.setting).toBe('pageAccessToken');
});

test('waits as long as Meta says for this page, and not for another', () => {
  const usage = (pageId: string, minutes: number) => ({
    'x-business-use-case-usage': JSON.stringify({
      [pageId]: [{ call_count: 100, estimated_time_to_regain_access: minutes }],
    }),
  });
  const wait = (headers: Answer['headers']) =>
    failureOf(answer(613, undefined, { headers }), facts).detail.retryAfterMs;
  expect(wait(usage(PAGE, 5))).toBe(300_000);
  expect(wait({ 'retry-after': '7' })).toBe(7_000);
  expect(wait(usage('2', 5))).toBe(30_000);
  expect(wait({ 'x-business-use-case-usage': '{"' })).toBe(30_000);
  expect(wait({})).toBe(30_000);
});

test('every code of the table has words without ids', () => {
  for (const [code, { words }] of Object.entries(FAILURES)) {
    expect(code).toMatch(/^\d+(\/\d+)?$/);
    expect(words).toMatch(/^[A-Za-z][^{}]+$/);
  }
});
