import { timeOf } from '../clock';
import { useObserved } from '../observed';
import type { Start } from '../start';
import type { DeskState } from './desk-state';
import { inWords } from './in-words';

const TRIES = [
  'Write on the phone, and answer as Ann.',
  'Hand the chat to Repairs, which has no phone number, and answer as Cid.',
  'Write in the shop with a mail address, and move the chat to email.',
  'Give Twilio a wrong token, answer, and repair it.',
  'Let Twilio time out, answer, and wait a little.',
];

/** What the product tells its programs: the stream of events, in words. */
export function Happened({ start, state }: { readonly start: Start; readonly state: DeskState }) {
  const view = useObserved(state);
  const told = view.happened.flatMap((event) => {
    const words = inWords(event, start, view.chats);
    return words ? [{ ...event, ...words }] : [];
  });
  return (
    <section class="happened" aria-label="Events">
      <h2>Events</h2>
      <details open={told.length === 0}>
        <summary>What to try</summary>
        <ol>
          {TRIES.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ol>
      </details>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol class="log" aria-label="Events, the newest first" tabIndex={0}>
        {told.map(({ seq, name, timestamp, text, tone }) => (
          <li key={seq} class={`is-${tone}`}>
            <p>{text}</p>
            <small>
              {timeOf(timestamp, true)} <code>{name}</code>
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
