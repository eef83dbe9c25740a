import { useEffect, useState } from 'preact/hooks';
import { post } from '../post';
import type { Provider } from './devices-state';

const TROUBLES = [
  ['none', 'Works', 'It does what it should. Break it, answer as an agent, and watch.'],
  [
    'wrong-token',
    'Wrong token',
    'It refuses who we are. The account is paused and says which setting is at fault; answers wait, in order. Repair it here, then have the account checked.',
  ],
  [
    'rate-limit',
    'Rate limit',
    'It asks to slow down. The answer waits as long as it was asked to, and is tried again.',
  ],
  [
    'time-out',
    'Time-out',
    'It takes an answer and never says so. After some ten seconds the outcome is unknown; the message is looked up, and never sent a second time.',
  ],
  [
    'no-such-customer',
    'No such customer',
    'It says that nobody is there. The answer fails, with the reason.',
  ],
] as const;

export interface TroubleProps {
  readonly provider: Provider;
  readonly name: string;
  readonly now: string;
}

/** Breaks and repairs the provider behind a device. */
export function TroubleOf({ provider, name, now }: TroubleProps) {
  // What was chosen stands until the demo has taken it: news of something else may come before.
  const [chosen, choose] = useState<string>();
  useEffect(() => {
    if (chosen === now) choose(undefined);
  }, [chosen, now]);
  const shown = chosen ?? now;
  const current = TROUBLES.find(([trouble]) => trouble === shown) ?? TROUBLES[0];
  const change = (trouble: string) => {
    choose(trouble);
    const giveUp = () => choose(undefined);
    post('/troubles', { provider, trouble }).then((problem) => problem !== undefined && giveUp(), giveUp);
  };
  return (
    <fieldset class={shown === 'none' ? 'trouble' : 'trouble is-broken'}>
      <legend>{name}, behind it</legend>
      <div>
        {TROUBLES.map(([trouble, label]) => (
          <label key={trouble}>
            <input
              type="radio"
              name={`trouble-${provider}`}
              checked={trouble === shown}
              onChange={() => change(trouble)}
            />
            {label}
          </label>
        ))}
      </div>
      <p>{current[2]}</p>
    </fieldset>
  );
}
