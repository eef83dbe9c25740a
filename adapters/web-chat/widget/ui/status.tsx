import type { Progress } from '../model/conversation';
import type { Texts } from '../texts/texts';
import { useAround } from './context';
import { Icon } from './icons';

const LOOKS = {
  refused: { icon: 'failed', text: 'notSent' },
  waiting: { icon: 'sending', text: 'waiting' },
  sending: { icon: 'sending', text: 'sending' },
  sent: { icon: 'sent', text: 'sent' },
  delivered: { icon: 'twice', text: 'delivered' },
  read: { icon: 'twice', text: 'read' },
} as const satisfies Readonly<Record<Progress, { readonly icon: string; readonly text: keyof Texts }>>;

/** How far a message of the visitor's own has come, in a sign and a word. */
export function Status({ progress }: { readonly progress: Progress }) {
  const { texts } = useAround();
  const { icon, text } = LOOKS[progress];
  return (
    <span class={`status is-${progress}`}>
      <Icon name={icon} size={15} />
      {texts[text]}
    </span>
  );
}
