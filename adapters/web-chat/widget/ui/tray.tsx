import { fill } from '../texts/language';
import { useAround } from './context';
import { Icon } from './icons';
import { LocalPicture } from './local-picture';
import type { Uploads } from './use-uploads';

/** The files that go with the next message. */
export function Tray({ uploads }: { readonly uploads: Uploads }) {
  const { texts, moments } = useAround();
  const { files, problem } = uploads;
  return (
    <>
      <p class="problem" role="alert">
        {problem}
      </p>
      {files.length > 0 && (
        <ul class="tray">
          {files.map((file) => (
            <li key={file.name + file.lastModified}>
              <LocalPicture file={file} fallback={<Icon name="file" />} />
              <span class="tray-words">
                <span dir="auto">{file.name}</span>
                <small>{moments.size(file.size)}</small>
              </span>
              <button
                type="button"
                class="round small"
                aria-label={fill(texts.remove, { name: file.name })}
                onClick={() => uploads.remove(file)}
              >
                <Icon name="close" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
