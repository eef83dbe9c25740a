import { useState } from 'preact/hooks';

export interface ComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly rows?: number;
  onSend(text: string): void;
  onWrite?(): void;
}

/** Where somebody writes; Enter sends, with Shift it begins a line. */
export function Composer({ label, placeholder, rows = 1, onSend, onWrite }: ComposerProps) {
  const [text, setText] = useState('');
  const send = () => {
    if (text.trim() === '') return;
    onSend(text.trim());
    setText('');
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        aria-label={label}
        placeholder={placeholder}
        rows={rows}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onWrite?.();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit">Send</button>
    </form>
  );
}
