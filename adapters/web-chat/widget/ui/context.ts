import { createContext } from 'preact';
import { useContext, useLayoutEffect, useState } from 'preact/hooks';
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

export const Around = createContext<Surroundings | undefined>(undefined);

export function useAround(): Surroundings {
  const around = useContext(Around);
  if (!around) throw new Error('this part is shown outside of the widget; put it below Around');
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
