import { ChannelError, type MediaStream } from 'parley-gateway/plugin';
import { type Account, download } from './api';

/** Opens a file by its id: https://core.telegram.org/bots/api#getfile */
export async function openMedia(account: Account, ref: string, signal: AbortSignal): Promise<MediaStream> {
  if (!/^[A-Za-z0-9_-]{4,200}$/.test(ref))
    throw new ChannelError('rejected', 'this is no file of Telegram’s');
  const { file_path: path, file_size: bytes } = Object(await fileOf(account, ref, signal));
  if (typeof path !== 'string')
    throw new ChannelError('unavailable', 'Telegram did not say where the file is');
  const { body, headers } = await download(account, path, signal);
  if (!body) throw new ChannelError('unavailable', 'Telegram gave an empty file');
  return {
    body,
    mimeType: headers.get('content-type') ?? 'application/octet-stream',
    ...(typeof bytes === 'number' && { bytes }),
  };
}

function fileOf({ call }: Account, ref: string, signal: AbortSignal): Promise<unknown> {
  return call('getFile', { file_id: ref }, { signal }).catch((error: unknown) => {
    // "wrong file_id or the file is temporarily unavailable": they do not tell which.
    if (ChannelError.is(error) && error.kind === 'rejected')
      throw new ChannelError('unavailable', 'Telegram does not have this file, or not now');
    throw error;
  });
}
