import type { IncomingMessage } from 'node:http';
import { Problem } from '../model/problem';

/** The bytes of a request's body; a 413 above the limit, as soon as that is known. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  // An async iterator costs as much as all the rest of a small request.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      reject(tooLarge(maxBytes));
      request.destroy();
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('the connection was closed before the end of the body'));
    });
  });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', `the body must have at most ${maxBytes} bytes`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON in a body; a 400 that says what is wrong with it. An empty body is an empty object. */
export function parseJson(body: Uint8Array, headers: IncomingMessage['headers']): unknown {
  if (body.byteLength === 0) return {};
  const type = headers['content-type'] ?? '';
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type))
    throw new Problem('unsupported-media-type', `send application/json, not "${type.slice(0, 100)}"`);
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw new Problem('unsupported-media-type', 'send the body without a content encoding');
  const value = decode(body);
  checkShape(value);
  return value;
}

function decode(body: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new Problem('malformed-body', 'the body is not valid UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(/[^\x20-\x7e]/g, '?').slice(0, 120) : '';
    throw new Problem('malformed-body', `the body is not valid JSON: ${words}`);
  }
}

const DEEPEST = 64;

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

// Deeper than any sensible document, it would overflow the stack of whoever walks it; NUL fits no database's text.
function checkShape(root: unknown): void {
  const waiting: Place[] = [{ value: root, path: '', depth: 0 }];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { value, path, depth } = place;
    if (typeof value === 'string' && value.includes('\0')) throw nulAt(path);
    if (typeof value === 'object' && value !== null) waiting.push(...placesIn(value, path, depth));
  }
}

function placesIn(value: object, path: string, depth: number): Place[] {
  if (depth === DEEPEST)
    throw new Problem('malformed-body', `the body is nested deeper than ${DEEPEST} levels`);
  return Object.entries(value).map(([key, child]) => {
    if (key.includes('\0')) throw nulAt(path);
    return { value: child, path: path ? `${path}.${key}` : key, depth: depth + 1 };
  });
}

function nulAt(path: string): Problem {
  const message = 'NUL characters cannot be stored; leave them out';
  const paramName = path.replaceAll('\0', '').slice(0, 200);
  return new Problem('validation-failed', `${paramName}: ${message}`, { failures: [{ paramName, message }] });
}
