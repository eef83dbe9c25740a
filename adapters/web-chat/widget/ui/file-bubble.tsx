import { useState } from 'preact/hooks';
import type { Attachment } from '../model/conversation';
import { useAround } from './context';
import { Icon } from './icons';
import { LocalPicture } from './local-picture';

/** A file of a message: pictures are shown, everything else has a name, a size and a link. */
export function FileBubble({ file, isGoing }: { readonly file: Attachment; readonly isGoing: boolean }) {
  const { texts } = useAround();
  const [isBroken, setBroken] = useState(false);
  const { name, type, url, blob, done = 0 } = file;
  const isPicture = type.startsWith('image/') && !isBroken;
  const href = url !== undefined && /^https?:/.test(url) ? url : undefined;
  const content =
    blob && isPicture ? (
      <LocalPicture file={blob} fallback={<FileWords file={file} />} />
    ) : href && isPicture ? (
      <img class="picture" src={href} alt={name} loading="lazy" onError={() => setBroken(true)} />
    ) : (
      <FileWords file={file} />
    );
  return (
    <div class={isPicture ? 'bubble file picture-file' : 'bubble file'}>
      {href === undefined ? (
        content
      ) : (
        <a href={href} target="_blank" rel="noopener noreferrer">
          {content}
          <span class="spoken"> ({texts.opensNewTab})</span>
        </a>
      )}
      {blob && isGoing && <progress aria-label={name} value={done} max={1} />}
    </div>
  );
}

function FileWords({ file }: { readonly file: Attachment }) {
  const { moments } = useAround();
  return (
    <span class="file-words">
      <Icon name="file" size={24} />
      <span>
        <span dir="auto">{file.name}</span>
        {file.size !== undefined && <small>{moments.size(file.size)}</small>}
      </span>
    </span>
  );
}
