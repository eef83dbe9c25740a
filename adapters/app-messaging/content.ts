import { ClientRefusal, type ClientRoute, type RawRequest } from '../../plugins/contract/index';
import { asText, fieldsOf, json, maybeText, queryOf, wrong } from '../../plugins/helpers/client-body';
import { forSession } from '../../plugins/helpers/client-routes';
import type { Account } from './sessions';

/** A file of 25 MiB in base64, and some words beside it. */
const MOST_BYTES = 36 * 1024 * 1024;
const BASE64 = /^(?:data:[^,]{0,200};base64,)?([A-Za-z0-9+/\s]*={0,2}\s*)$/;

interface Given {
  readonly name: string;
  readonly type: string;
  readonly body: Uint8Array;
}

/** Files that messages then refer to. */
export function contentRoutes({ ports: { content } }: Account): ClientRoute[] {
  return [
    forSession(
      'POST /content',
      async ({ session, request }) => {
        const folder = queryOf(request).get('folder') ?? '';
        const { id, name, type, size, url } = await content.keep(session, await givenIn(request));
        return json(200, { id, name, type, size, folder, url });
      },
      { maxBytes: MOST_BYTES },
    ),
  ];
}

/** The three ways in which the SDKs send a file. */
async function givenIn(request: RawRequest): Promise<Given> {
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  const name = request.headers['content-filename'];
  if (name !== undefined) return { name: unescaped(name), type: bare(type), body: request.body };
  if (/^multipart\/form-data/i.test(type)) return formIn(request, type);
  return base64In(request);
}

function base64In(request: RawRequest): Given {
  const { data, name, type } = fieldsOf(request);
  const [, encoded] = BASE64.exec(asText(data, 'data', MOST_BYTES)) ?? [];
  if (encoded === undefined) throw wrong('data', 'base64');
  return {
    name: maybeText(name, 'name', 500) ?? 'file',
    type: maybeText(type, 'type', 200) ?? 'application/octet-stream',
    body: Buffer.from(encoded, 'base64'),
  };
}

async function formIn({ body }: RawRequest, type: string): Promise<Given> {
  const file = await fileIn(new Response(Buffer.from(body), { headers: { 'content-type': type } }));
  return { name: file.name, type: bare(file.type), body: new Uint8Array(await file.arrayBuffer()) };
}

async function fileIn(form: Response) {
  try {
    const file = (await form.formData()).get('file');
    if (file !== null && typeof file !== 'string') return file;
  } catch {
    throw new ClientRefusal(400, 'the form cannot be read');
  }
  throw wrong('file', 'a file');
}

function bare(type: string): string {
  return type.split(';')[0]?.trim() || 'application/octet-stream';
}

// Header values are Latin-1 (RFC 9110 5.5), so names with other letters come escaped.
function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
