import { useEffect, useRef } from 'preact/hooks';
import { paletteOf } from '../model/colour';
import { useAround, useView } from './context';
import { Launcher } from './launcher';
import { Panel } from './panel';
import { Teaser } from './teaser';
import { useMedia } from './use-media';

/** The whole widget: the button, the bubble beside it, and the open chat. */
export function Widget({ host }: { readonly host: HTMLElement }) {
  const { chat, language } = useAround();
  const { isOpen, availability, outOfHours, messages } = useView();
  const { config } = chat;
  const isNight = useMedia('(prefers-color-scheme: dark)');
  const theme = config.theme === 'dark' || (config.theme !== 'light' && isNight) ? 'dark' : 'light';
  const launcher = useRef<HTMLButtonElement>(null);
  // A chat that was open on the page before is only there again: whoever came here came for the page.
  const isRestored = useRef(isOpen);
  isRestored.current &&= isOpen;
  useReturningFocus(isOpen, launcher);
  useEffect(() => colour(host, config.colour, theme), [host, config.colour, theme]);

  const isAway = availability !== 'open' && outOfHours?.mode === 'hide';
  // Nobody loses a chat that they have opened, or begun.
  if (isAway && !isOpen && messages.length === 0) return null;
  return (
    <section
      class={`root ${theme} ${config.position ?? 'right'}`}
      aria-label={config.title}
      lang={language.tag}
      dir={language.direction}
    >
      {isOpen && <Panel takesFocus={!isRestored.current} />}
      <Teaser />
      <Launcher button={launcher} />
    </section>
  );
}

/** Whoever closes the chat is back where they opened it. */
function useReturningFocus(isOpen: boolean, launcher: { readonly current: HTMLButtonElement | null }): void {
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) launcher.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen, launcher]);
}

/** The site's own style sheet may name another colour; what follows from it keeps its contrast all the same. */
function colour(host: HTMLElement, configured: string | undefined, theme: 'light' | 'dark'): void {
  const own = getComputedStyle(host).getPropertyValue('--parley-colour').trim();
  for (const [name, value] of Object.entries(paletteOf(own || configured, theme)))
    host.style.setProperty(`--${name}`, value);
}
