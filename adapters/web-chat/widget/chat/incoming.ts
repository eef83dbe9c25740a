import { merged, withProgress } from '../model/conversation';
import type { Observable } from '../model/observable';
import type { LiveEvent } from '../net/live';
import type { OutOfHours, Person, StreamEvents } from '../wire';
import type { ChatView } from './view';

const TYPING_MS = 10_000;

type Handlers = { readonly [Name in keyof StreamEvents]?: (data: StreamEvents[Name]) => void };

/** Takes what the stream tells into the view. */
export function incomingTo(view: Observable<ChatView>, ownId: () => string): (event: LiveEvent) => void {
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const types = (typing: Person | undefined) => view.change({ typing });
  const handlers: Handlers = {
    message(message) {
      view.change({ messages: merged(view.get().messages, [message], ownId()) });
      if (message.from.id !== ownId()) types(undefined);
    },
    status: ({ id, status }) => view.change({ messages: withProgress(view.get().messages, [id], status) }),
    chat: (chat) => view.change({ chat }),
    availability: (now) => view.change(hoursOf(now)),
    hello: ({ chat, ...now }) => view.change({ chat, ...hoursOf(now) }),
    typing({ on, by }) {
      if (by.id === ownId()) return;
      clearTimeout(quiet);
      quiet = setTimeout(types, TYPING_MS);
      types(on ? by : undefined);
    },
  };
  return ({ name, data }) => (handlers[name] as ((data: unknown) => void) | undefined)?.(data);
}

function hoursOf({ availability, outOfHours }: StreamEvents['availability']): {
  readonly availability: ChatView['availability'];
  readonly outOfHours: OutOfHours | undefined;
} {
  return { availability, outOfHours };
}
