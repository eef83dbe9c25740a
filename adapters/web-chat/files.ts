import {
  ClientRefusal,
  type ClientRoute,
  type ClientSession,
  type ConversationPart,
  type HttpReply,
  type SessionCall,
} from '../../plugins/contract/index';
import { json, wrong } from '../../plugins/helpers/client-body';
import { forSession } from '../../plugins/helpers/client-routes';
import type { Account } from './account';
import type { WebChatConfig } from './config';

const TYPES = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'application/pdf',
  'text/plain',
];
const MOST_BYTES = 10 * 1024 * 1024;

/** What visitors may send; undefined: nothing. */
export function uploadPolicy({ upload = {} }: WebChatConfig) {
  const { isOn = true, types = TYPES, maxBytes = MOST_BYTES } = upload;
  return isOn ? { types, maxBytes } : undefined;
}

/** Files of visitors, which their messages then refer to. */
export function fileRoutes(account: Account): ClientRoute[] {
  const policy = uploadPolicy(account.config);
  const limits = { perMinute: 20, ...(policy && { maxBytes: policy.maxBytes }) };
  return [forSession('POST /files', (call) => keep(account, call), limits)];
}

async function keep(account: Account, { session, request }: SessionCall): Promise<HttpReply> {
  const policy = uploadPolicy(account.config);
  if (!policy) throw new ClientRefusal(403, 'this chat takes no files');
  const { body, headers } = request;
  if (body.byteLength === 0) throw wrong('body', 'a file with something in it');
  const type = headers['content-type']?.split(';')[0]?.trim() || 'application/octet-stream';
  const name = nameIn(headers['x-file-name']);
  const file = await account.ports.content.keep(session, { name, type, body }, policy.types);
  const id = `${file.id}.${proofOf(account, session, file.id)}`;
  return json(201, { id, name: file.name, type: file.type, size: file.size, url: file.url });
}

/** A file as a part of a message, where this visitor has sent it. */
export async function filePart(
  account: Account,
  session: ClientSession,
  fileId: string,
): Promise<ConversationPart> {
  const [, id, proof] = /^([0-9a-f-]{36})\.([\w-]{20,100})$/.exec(fileId) ?? [];
  const isTheirs = id !== undefined && proof === proofOf(account, session, id);
  const file = isTheirs ? await account.ports.content.find(id) : undefined;
  if (!file) throw wrong('parts.fileId', 'the id of a file that you have sent');
  const { name, type, size, url } = file;
  return { name, type, size, url };
}

function proofOf({ host }: Account, { profileId }: ClientSession, id: string): string {
  return host.sign(`file ${id} ${profileId}`);
}

// Header values are Latin-1 (RFC 9110 5.5), so names with other letters come escaped.
function nameIn(header = 'file'): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw wrong('X-File-Name', 'URI-encoded');
  }
}
