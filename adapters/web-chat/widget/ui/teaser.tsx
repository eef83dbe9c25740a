import { useState } from 'preact/hooks';
import { unreadOf } from '../model/conversation';
import { Avatar } from './avatar';
import { useAround, useView } from './context';
import { Icon } from './icons';

/** A bubble beside the button: what came last while the chat is closed, or the welcome. */
export function Teaser() {
  const { chat, texts } = useAround();
  const { isOpen, availability, messages, isWelcomeDue } = useView();
  const [dismissed, dismiss] = useState('');
  const last = unreadOf(messages).at(-1);
  const isWelcome = isWelcomeDue && availability === 'open' && messages.length === 0;
  const text = last?.text ?? (isWelcome ? chat.config.welcome?.text : undefined);
  const key = last?.id ?? 'welcome';
  if (isOpen || !text || dismissed === key) return null;
  const name = last?.from.name ?? chat.config.title;
  return (
    <div class="teaser">
      <button type="button" class="teaser-text" onClick={chat.open}>
        <Avatar name={name} url={last ? last.from.avatarUrl : chat.config.avatarUrl} size={36} />
        <span class="teaser-words">
          <b dir="auto">{name}</b>
          <span dir="auto">{text}</span>
        </span>
      </button>
      <button type="button" class="round small" aria-label={texts.discard} onClick={() => dismiss(key)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
