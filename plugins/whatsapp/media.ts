import { ChannelError, type MediaStream } from 'parley-gateway/plugin';
import type { Account } from './graph';
import { numberAt, textAt } from './json';

const MOST_REDIRECTS = 3;
/** Where Meta keeps the files of messages. */
const HOSTS = ['fbsbx.com', 'fbcdn.net', 'facebook.com', 'whatsapp.net'];

/** Opens a file by its id. Meta says where it lies, for five minutes, and wants to see the token there too. */
export async function openMedia(account: Account, ref: string, signal: AbortSignal): Promise<MediaStream> {
  const { config, call } = account;
  if (!/^\d{4,40}$/.test(ref)) throw refused('this is no file of WhatsApp’s');
  const found = await call(ref, { query: { phone_number_id: config.phoneNumberId }, signal }).catch(notThere);
  const place = textAt(found, 'url') ?? '';
  const answer = await follow(account, place, AbortSignal.any([signal, account.closing]));
  if (!answer.ok || !answer.body)
    throw new ChannelError('unavailable', `Meta did not give the file (HTTP ${answer.status})`);
  const bytes = numberAt(found, 'file_size');
  const [mimeType = ''] = (textAt(found, 'mime_type') ?? '').split(';');
  return {
    body: bytesOf(answer.body),
    mimeType: mimeType || (answer.headers.get('content-type') ?? 'application/octet-stream'),
    ...(bytes !== undefined && { bytes }),
  };
}

/** Also where it is only not there yet, Meta knows no such object. */
function notThere(error: unknown): never {
  const { kind, detail } = ChannelError.is(error) ? error : {};
  if (kind === 'rejected' || detail?.setting === 'phoneNumberId')
    throw new ChannelError('unavailable', 'Meta does not have this file, or not now');
  throw error;
}

async function follow(
  account: Account,
  place: string,
  signal: AbortSignal,
  redirects = 0,
): Promise<Response> {
  const { config, host } = account;
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (!url || !isMetas(url, host.apiUrl)) throw refused('the file is not at Meta');
  const headers = { authorization: `Bearer ${config.accessToken}` };
  const answer = await fetch(url, { headers, signal, redirect: 'manual' }).catch(() => {
    throw new ChannelError('unavailable', 'Meta did not give the file');
  });
  const next = answer.headers.get('location');
  if (answer.status < 300 || answer.status >= 400 || next === null) return answer;
  await answer.body?.cancel();
  if (redirects === MOST_REDIRECTS) throw refused('the file was redirected too often');
  return follow(account, new URL(next, url).href, signal, redirects + 1);
}

function isMetas(url: URL, simulated: string | undefined): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (simulated !== undefined) return url.origin === new URL(simulated).origin;
  const isKnown = HOSTS.some((one) => url.hostname === one || url.hostname.endsWith(`.${one}`));
  return url.protocol === 'https:' && url.port === '' && isKnown;
}

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw new ChannelError('unavailable', 'the file could not be read to its end');
  }
}

function refused(words: string): ChannelError {
  return new ChannelError('rejected', words, { reason: 'bad_media' });
}
