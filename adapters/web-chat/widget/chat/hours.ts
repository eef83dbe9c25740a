import type { Observable } from '../model/observable';
import type { Calls } from '../net/calls';
import type { ChatView } from './view';

/** A page without a conversation follows no stream: whether the team is there is asked again by whoever needs to know. */
export function hoursOf(calls: Calls, view: Observable<ChatView>): { look(): void } {
  const isAlone = () => view.get().link === 'idle';
  const look = async () => {
    if (!isAlone() || document.hidden) return;
    const { availability, outOfHours } = await calls.config();
    if (isAlone()) view.change({ availability, outOfHours });
  };
  const hours = {
    look: () => void look().catch(() => undefined), // what was known before stands
  };
  document.addEventListener('visibilitychange', hours.look);
  return hours;
}
