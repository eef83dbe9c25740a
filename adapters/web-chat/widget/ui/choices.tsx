import { choiceRef, chosenFrom, type Message } from '../model/conversation';
import { useAround, useView } from './context';
import { Icon } from './icons';

/** What a message offers, as buttons. Once one is taken none does anything any more, and the focus stays where it was. */
export function Choices({ message }: { readonly message: Message }) {
  const { chat, texts } = useAround();
  const chosen = chosenFrom(message, useView().messages);
  const { text, choices = [] } = message;
  return (
    <fieldset aria-label={text}>
      {choices.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          class="choice"
          dir="auto"
          // Stars are no words.
          aria-label={
            label.replace(/^★+$/, ({ length }) => `${length}/${choices.length}`) +
            (id === chosen ? `, ${texts.chosen}` : '')
          }
          aria-disabled={chosen !== undefined}
          onClick={() =>
            chosen ?? chat.outbox.send({ ref: choiceRef(message), text: label, choiceId: id }, [])
          }
        >
          {id === chosen && <Icon name="sent" size={16} />}
          {label}
        </button>
      ))}
    </fieldset>
  );
}
