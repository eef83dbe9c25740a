import { useLayoutEffect, useState } from 'preact/hooks';
import type { Chat } from '../chat/chat';
import type { ChatView } from '../chat/view';
import type { Moments } from '../model/moments';
import type { Language } from '../texts/language';
import type { Texts } from '../texts/texts';

/** What every part of the widget needs. */
export interface Surroundings {
  readonly chat: Chat;
  readonly language: Language;
  readonly texts: Texts;
  readonly moments: Moments;
}

let around: Surroundings | undefined;

/** Gives it to all parts, before the first is drawn. A script is one widget; a context of Preact would be a hundredth of it. */
export function surround(given: Surroundings): void {
  around = given;
}

export function useAround(): Surroundings {
  if (!around) throw new Error('nothing surrounds the widget');
  return around;
}

/** What is shown now; the part is drawn again when it changes. */
export function useView(): ChatView {
  const { view } = useAround().chat;
  const [shown, show] = useState(view.get());
  useLayoutEffect(() => {
    show(view.get());
    return view.listen(show);
  }, [view]);
  return shown;
}
