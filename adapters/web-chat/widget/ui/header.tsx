import type { Moments } from '../model/moments';
import { fill } from '../texts/language';
import type { Texts } from '../texts/texts';
import type { Availability, OutOfHours } from '../wire';
import { Avatar } from './avatar';
import { useAround, useView } from './context';
import { Icon } from './icons';

/** Whom one talks to, whether they are there, and the way out. */
export function Header() {
  const { chat, texts, moments } = useAround();
  const { chat: state, availability, outOfHours, hasSound } = useView();
  const { title, subtitle, avatarUrl } = chat.config;
  const name = state.agent?.name ?? title;
  const status = statusOf({ availability, outOfHours, subtitle, texts, moments });
  return (
    <header class="head">
      <Avatar name={name} url={state.agent ? state.agent.avatarUrl : avatarUrl} size={40} />
      <div class="head-words">
        <h2 dir="auto">{name}</h2>
        <p class={`presence is-${availability}`} role="status">
          <span dir="auto">{status}</span>
        </p>
      </div>
      <button
        type="button"
        class="round"
        aria-label={hasSound ? texts.soundOff : texts.soundOn}
        title={hasSound ? texts.soundOff : texts.soundOn}
        onClick={() => chat.setSound(!hasSound)}
      >
        <Icon name={hasSound ? 'sound' : 'mute'} />
      </button>
      <button type="button" class="round" aria-label={texts.close} title={texts.close} onClick={chat.close}>
        <Icon name="close" />
      </button>
    </header>
  );
}

interface Status {
  readonly availability: Availability;
  readonly outOfHours: OutOfHours | undefined;
  readonly subtitle: string | undefined;
  readonly texts: Texts;
  readonly moments: Moments;
}

function statusOf({ availability, outOfHours, subtitle, texts, moments }: Status): string {
  if (availability === 'open') return subtitle ?? texts.online;
  if (outOfHours?.opensOn === undefined) return texts[availability];
  return fill(texts.back, { time: moments.back(Date.parse(outOfHours.opensOn), Date.now()) });
}
