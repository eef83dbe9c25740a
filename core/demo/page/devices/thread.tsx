import { useState } from 'preact/hooks';
import type { Said } from '../../shown';
import { timeOf } from '../clock';
import { Composer } from '../composer';
import { post } from '../post';
import { useBottom } from '../use-bottom';

export interface ThreadProps {
  readonly device: 'phone' | 'messenger';
  readonly who: string;
  readonly about: string;
  readonly said: readonly Said[];
}

/** Texts, or messages, as a phone shows them. */
export function Thread({ device, who, about, said }: ThreadProps) {
  const [problem, setProblem] = useState<string>();
  const bottom = useBottom(said.length);
  return (
    <div class="screen">
      <header>
        <h2>{who}</h2>
        <p>{about}</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="log" role="log" aria-label={`Messages on the device of ${who}`} tabIndex={0} ref={bottom}>
        {said.length === 0 && <p class="empty">Nothing yet. Write to the shop.</p>}
        {said.map(({ id, isMine, text, at }) => (
          <p key={id} class={isMine ? 'bubble mine' : 'bubble'}>
            {text} <time dateTime={at}>{timeOf(at)}</time>
          </p>
        ))}
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <Composer
        label={`Write as ${who}`}
        placeholder="Do you have it in blue?"
        onSend={(text) => void post('/devices', { device, text }).then(setProblem)}
      />
    </div>
  );
}
