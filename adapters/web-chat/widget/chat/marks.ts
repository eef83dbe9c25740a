import { type Message, withProgress } from '../model/conversation';
import type { Observable } from '../model/observable';
import type { Calls } from '../net/calls';
import type { Sessions } from './sessions';
import type { ChatView } from './view';

type Mark = 'delivered' | 'read';

export interface Marks {
  /** The visitor sees the end of the conversation, or no longer does. */
  looking(isSeen: boolean): void;
}

const GATHER_MS = 250;

/** Says what reached this browser, and what the visitor has had before their eyes. */
export function marksOf(calls: Calls, sessions: Sessions, view: Observable<ChatView>): Marks {
  let isLooking = false;
  let isDue = false;
  // What is on its way; after a failure it is said again with the next change.
  const saying: Readonly<Record<Mark, Set<string>>> = { delivered: new Set(), read: new Set() };

  const say = async (status: Mark, isMissing: (message: Message) => boolean) => {
    const ids = view
      .get()
      .messages.filter((message) => !message.isOwn && isMissing(message) && !saying[status].has(message.id))
      .map(({ id }) => id)
      .slice(-100);
    if (ids.length === 0) return;
    for (const id of ids) saying[status].add(id);
    try {
      await sessions.use((token) => calls.mark(token, { ids, status }));
      view.change({ messages: withProgress(view.get().messages, ids, status) });
    } catch {
      // The answers stay unmarked, and the next look says it again.
    } finally {
      for (const id of ids) saying[status].delete(id);
    }
  };
  const look = () => {
    isDue = false;
    if (!sessions.current()) return;
    const { isOpen } = view.get();
    if (isOpen && isLooking && !document.hidden) void say('read', ({ progress }) => progress !== 'read');
    else void say('delivered', ({ progress }) => progress === 'sent');
  };
  const soon = () => {
    if (!isDue) setTimeout(look, GATHER_MS);
    isDue = true;
  };
  view.listen(({ messages, isOpen, link }, before) => {
    if (messages !== before.messages || isOpen !== before.isOpen || link !== before.link) soon();
  });
  document.addEventListener('visibilitychange', soon);
  return {
    looking(isSeen) {
      isLooking = isSeen;
      soon();
    },
  };
}
