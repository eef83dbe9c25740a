import { PROBLEMS, type ProblemCode } from '../../core/model/problem';
import type { Answer } from './api';

/** Asserts that an answer is this problem, whole and without a word about our insides. */
export function expectProblem(answer: Answer, code: ProblemCode): void {
  const [status, title] = PROBLEMS[code];
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: expect.objectContaining({
      type: expect.stringMatching(new RegExp(`^https?://[^/]+/problems#${code}$`)),
      title,
      status,
      detail: expect.stringMatching(/\S/),
      instance: expect.stringMatching(/^\//),
      requestId: expect.stringMatching(/\S/),
    }),
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
  expectNothingInside(answer);
}

/** Asserts a 400 that names these fields, and no others. */
export function expectInvalid(answer: Answer, ...paramNames: readonly string[]): void {
  expectProblem(answer, 'validation-failed');
  const failures: { paramName: string; message: string }[] = answer.body.validationFailures;
  expect(new Set(failures.map((failure) => failure.paramName))).toEqual(new Set(paramNames));
  for (const { message } of failures) expect(message).toMatch(/\S/);
}

/** Asserts that an answer is a refusal of any kind: said as a problem, never a 500, never a stack. */
export function expectRefused(answer: Answer): void {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toEqual(
    expect.objectContaining({
      type: expect.stringContaining('/problems#'),
      title: expect.stringMatching(/\S/),
      status: answer.status,
      detail: expect.stringMatching(/\S/),
      instance: expect.stringMatching(/^\//),
      requestId: expect.stringMatching(/\S/),
    }),
  );
  expectNothingInside(answer);
}

/** Asserts that nothing of the gateway's insides is in an answer. */
export function expectNothingInside(answer: Pick<Answer, 'body'>): void {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  expect(text).not.toMatch(/\bat .{0,200}[(/].{0,200}:\d+:\d+/);
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d+|SQLITE_|select .* from|insert into/i);
}
