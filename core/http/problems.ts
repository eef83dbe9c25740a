import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type FieldFailure, PROBLEMS, Problem, type ProblemCode } from '../model/problem';
import { StoreUnavailable } from '../store/store';

/** The answer to a call that failed (RFC 9457), with the published API's `validationFailures`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly requestId: string;
  readonly [extension: string]: unknown;
}

/** Whatever was thrown, as a problem that may be shown. What is ours to mend tells nothing about itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof z.ZodError) return invalidInput(error);
  if (error instanceof StoreUnavailable)
    return new Problem('unavailable', 'the database is not available at present; try again in a few seconds');
  const status = statusOf(error);
  if (status === 413) return new Problem('body-too-large', 'the request is too large');
  if (status !== undefined && status < 500)
    return new Problem('malformed-body', 'the request cannot be read');
  return new Problem('internal-error', 'the gateway failed; its log says more under this request id');
}

// Errors of express's own parts (a malformed path) carry a status.
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

function invalidInput(error: z.ZodError): Problem {
  const failures = error.issues.flatMap(failuresOf);
  const detail = failures.map((failure) => `${failure.paramName}: ${failure.message}`).join('; ');
  return new Problem('validation-failed', detail.slice(0, 2_000), { failures });
}

function failuresOf(issue: z.core.$ZodIssue): FieldFailure[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      paramName: path ? `${path}.${key}` : key,
      message: 'there is no such field',
    }));
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ paramName: path || 'body', message: isMissing ? 'it is required' : issue.message }];
}

export function bodyOf(
  problem: Problem,
  where: { readonly publicUrl: string; readonly path: string; readonly requestId: string },
): ProblemBody {
  const [status, title] = PROBLEMS[problem.code];
  return {
    type: `${where.publicUrl}/problems#${problem.code}`,
    title,
    status,
    detail: problem.message,
    instance: where.path,
    requestId: where.requestId,
    ...(problem.failures.length > 0 ? { validationFailures: problem.failures } : {}),
    ...problem.extra,
  };
}

export function statusOfProblem(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** Writes a problem. */
export function sendProblem(response: ServerResponse, body: ProblemBody): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (body.status === 503) response.setHeader('retry-after', '5');
  const { allow } = body;
  if (Array.isArray(allow)) response.setHeader('allow', allow.join(', '));
  if (body.status === 401) response.setHeader('www-authenticate', 'Bearer');
  // A body that was not read to its end leaves the connection in no state to go on.
  if (body.status === 413) response.setHeader('connection', 'close');
  response.writeHead(body.status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(body));
}
