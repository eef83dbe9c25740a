import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { AttachButton } from './attach-button';
import { useAround } from './context';
import { Icon } from './icons';
import { Tray } from './tray';
import type { Uploads } from './use-uploads';

export interface ComposerProps {
  readonly uploads: Uploads;
  /** False: it cannot be sent yet, and the visitor sees why. */
  onSend(text: string): boolean;
}

/** Fields elsewhere that are sent with the message name it as their form: Enter in one of them sends. */
export const COMPOSER_ID = 'parley-composer';
const MOST_LETTERS = 10_000;

/** Where the visitor writes. Enter sends; on a touch screen it begins a line, and the button sends. */
export function Composer({ uploads, onSend }: ComposerProps) {
  const { chat, texts } = useAround();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const isEmpty = text.trim() === '' && uploads.files.length === 0;
  useGrowth(field, text);

  const write = (value: string) => {
    setText(value);
    chat.typing.writes(value);
  };
  const send = () => {
    if (!isEmpty) {
      if (!onSend(text.trim())) return;
      write('');
    }
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const isLine = event.shiftKey || event.isComposing || matchMedia('(pointer: coarse)').matches;
    if (event.key !== 'Enter' || isLine) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      id={COMPOSER_ID}
      class="composer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Tray uploads={uploads} />
      <div class="field">
        {uploads.isAllowed && <AttachButton uploads={uploads} />}
        <textarea
          ref={field}
          dir={text === '' ? undefined : 'auto'}
          rows={1}
          maxLength={MOST_LETTERS}
          aria-label={texts.write}
          placeholder={texts.write}
          value={text}
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={onKey}
        />
        <button
          type="submit"
          class="round send"
          aria-label={texts.send}
          title={texts.send}
          aria-disabled={isEmpty}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** The field grows with what is written; the style sheet says how far. */
function useGrowth(field: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const { current } = field;
    if (!current) return;
    current.style.blockSize = 'auto';
    current.style.blockSize = `${current.scrollHeight}px`;
  }, [text]);
}
