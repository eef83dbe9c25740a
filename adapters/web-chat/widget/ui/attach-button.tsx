import { useRef } from 'preact/hooks';
import { useAround } from './context';
import { Icon } from './icons';
import type { Uploads } from './use-uploads';

/** Opens the system's own dialog for files. */
export function AttachButton({ uploads }: { readonly uploads: Uploads }) {
  const { texts } = useAround();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        hidden
        type="file"
        multiple
        accept={uploads.accept}
        onChange={({ currentTarget }) => {
          uploads.add([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      <button
        type="button"
        class="round"
        aria-label={texts.attach}
        title={texts.attach}
        onClick={() => picker.current?.click()}
      >
        <Icon name="attach" />
      </button>
    </>
  );
}
