import type { Ref } from 'preact';
import { unreadOf } from '../model/conversation';
import { fill } from '../texts/language';
import { useAround, useView } from './context';
import { Icon } from './icons';

/** The button that is always there: it opens the chat, closes it, and says how much is unread. */
export function Launcher({ button }: { readonly button: Ref<HTMLButtonElement> }) {
  const { chat, texts } = useAround();
  const { isOpen, messages } = useView();
  const count = isOpen ? 0 : unreadOf(messages).length;
  const unread = count > 0 ? `. ${fill(texts.unread, { n: count })}` : '';
  return (
    <button
      ref={button}
      type="button"
      class="launcher"
      aria-expanded={isOpen}
      aria-label={(isOpen ? texts.close : texts.open) + unread}
      onClick={isOpen ? chat.close : chat.open}
    >
      <Icon name={isOpen ? 'down' : 'chat'} size={26} />
      {count > 0 && (
        <span class="badge" aria-hidden="true">
          {count > 9 ? '9+' : count}
        </span>
      )}
    </button>
  );
}
