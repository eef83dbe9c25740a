import { useEffect, useState } from 'preact/hooks';
import type { ChatView } from '../chat/view';
import type { Texts } from '../texts/texts';
import { useAround, useView } from './context';
import { Icon } from './icons';
import { LeaveAddress } from './leave-address';

const PATIENCE_MS = 1_500;

/** What the visitor has to know right now, above the field they write in. */
export function Notices() {
  const { texts } = useAround();
  const view = useView();
  const isLost = useLasting(view.link === 'lost' || !useOnline());
  const hours = hoursIn(view, texts);
  const closed =
    view.chat.movedTo === 'email' ? texts.movedToEmail : view.chat.state === 'closed' && texts.over;
  return (
    <div class="notices">
      <div role="status">
        {isLost && (
          <p class="notice warn">
            <Icon name="failed" size={18} />
            <span>{texts.offline}</span>
          </p>
        )}
        {view.needsSignIn && <p class="notice">{texts.signIn}</p>}
        {closed && <p class="notice">{closed}</p>}
        {hours && !view.needsSignIn && (
          <p class="notice" dir="auto">
            {hours}
          </p>
        )}
      </div>
      <LeaveAddress />
    </div>
  );
}

/** What the head of the panel does not say already. */
function hoursIn({ availability, outOfHours }: ChatView, texts: Texts): string | undefined {
  if (availability === 'open' || outOfHours?.text) return outOfHours?.text;
  return outOfHours?.opensOn && texts[availability];
}

/** Networks blink; only what lasts is worth a word. */
function useLasting(isSo: boolean): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!isSo) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isSo]);
  return isLasting;
}

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return isOnline;
}
