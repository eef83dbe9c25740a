import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { SiteFile } from '../../plugins/contract/index';
import { Problem } from '../model/problem';

interface Loaded {
  readonly changedOn: number;
  readonly etag: string;
  readonly bodies: Readonly<Record<Encoding, Buffer>>;
}

type Encoding = 'br' | 'gzip' | 'identity';

/** Sends a file that any page may embed. */
export type SendSiteFile = (request: Request, response: Response, wanted: SiteFile) => Promise<void>;

/** Files are read and compressed once, and again when they have changed. */
export function createSiteFiles(): SendSiteFile {
  const loaded = new Map<string, Promise<Loaded>>();
  const load = async (file: string): Promise<Loaded> => {
    const changedOn = await changeOf(file);
    const known = await loaded.get(file)?.catch(() => undefined); // whoever asked heard of it
    if (known?.changedOn === changedOn) return known;
    const fresh = read(file, changedOn);
    loaded.set(file, fresh);
    return fresh;
  };
  return async (request, response, wanted) =>
    send(request, response, { wanted, ...(await load(wanted.file)) });
}

/** Compressed where that is understood, and with an ETag, so that it travels once. */
function send(
  request: Request,
  response: Response,
  { wanted, etag, bodies }: Loaded & { readonly wanted: SiteFile },
): void {
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''));
  // Each encoding is another representation (RFC 9110 8.8.3.3).
  const own = `"${etag}${encoding === 'identity' ? '' : `-${encoding}`}"`;
  response.setHeader('content-type', wanted.type);
  response.setHeader(
    'cache-control',
    `public, max-age=${wanted.maxAgeSeconds}, stale-while-revalidate=86400`,
  );
  response.setHeader('etag', own);
  response.setHeader('access-control-allow-origin', '*');
  response.vary('Accept-Encoding');
  if (request.headers['if-none-match']?.includes(etag)) {
    response.status(304).end();
    return;
  }
  if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
  response.setHeader('content-length', String(bodies[encoding].byteLength));
  response.status(200).end(request.method === 'HEAD' ? undefined : bodies[encoding]);
}

function encodingFor(accepted: string): Encoding {
  const takes = (name: string) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(\\.0+)?\\s*(,|$))`).test(accepted);
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : 'identity';
}

async function changeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Problem('not-found', 'this file is not part of the installation: it is made by the build');
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

async function read(file: string, changedOn: number): Promise<Loaded> {
  const identity = await readFile(file);
  const [br, zipped] = await Promise.all([promisify(brotliCompress)(identity), promisify(gzip)(identity)]);
  const etag = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  return { changedOn, etag, bodies: { br, gzip: zipped, identity } };
}
