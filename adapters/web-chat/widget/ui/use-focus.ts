import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { useAround } from './context';

const STOPS = 'button:not([disabled]), a[href], textarea, input:not([hidden]), [tabindex="0"]';

/** Takes the focus into the chat, keeps it there while the chat covers the page, and closes the chat on Escape. */
export function useFocus(
  panel: RefObject<HTMLElement | null>,
  { takesFocus, isFull }: { readonly takesFocus: boolean; readonly isFull: boolean },
): void {
  const { chat } = useAround();
  useEffect(() => {
    if (!takesFocus) return;
    // A keyboard on the screen would cover the conversation before anything is read.
    const first = matchMedia('(pointer: coarse)').matches ? '.log' : 'textarea';
    panel.current?.querySelector<HTMLElement>(first)?.focus({ preventScroll: true });
  }, [panel, takesFocus]);
  useEffect(() => {
    const { current } = panel;
    if (!current) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) chat.close();
      if (event.key === 'Tab' && isFull) keepInside(event, current);
    };
    current.addEventListener('keydown', onKey);
    return () => current.removeEventListener('keydown', onKey);
  }, [chat, panel, isFull]);
}

function keepInside(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>(STOPS)];
  const [leaving, entering] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  const root = panel.getRootNode();
  if (!(root instanceof ShadowRoot) || root.activeElement !== leaving) return;
  event.preventDefault();
  entering?.focus();
}
