import type { Chat } from './chat/chat';
import type { Identity } from './chat/sessions';
import type { ChatView } from './chat/view';
import { unreadOf } from './model/conversation';

/** What sites can do with the widget, as `window.Parley`. Documented in the README. */
export interface SiteApi {
  open(): void;
  close(): void;
  /** The visitor is this user of the site, by a token of its server; a function is asked for a fresh one each time. */
  identify(identity: Identity): Promise<void>;
  /** The user has left: nothing of the conversation stays in this browser. */
  logout(): Promise<void>;
  /** Gives what ends it. */
  on<Name extends keyof SiteEvents>(name: Name, listener: (detail: SiteEvents[Name]) => void): () => void;
  /** Runs it now: what a site had put into `window.Parley` before the widget was there runs the same way. */
  push(...calls: readonly ((api: SiteApi) => void)[]): void;
}

export interface SiteEvents {
  readonly open: undefined;
  readonly close: undefined;
  /** An answer came. */
  readonly message: { readonly text: string; readonly from: string };
  /** The number of unread answers changed. */
  readonly unread: number;
  /** The visitor has to be signed in: call `identify`. */
  readonly signIn: undefined;
}

declare global {
  interface Window {
    Parley?: Pick<SiteApi, 'push'>;
  }
}

/** Puts the API in its place, and runs what waited for it. */
export function offerApi({ view, open, close, identify, logout }: Chat): void {
  const waiting = window.Parley;
  const listeners = new Map<string, Set<(detail: never) => void>>();
  view.listen((now, before) => {
    for (const [name, detail] of happened(now, before))
      for (const listener of listeners.get(name) ?? []) (listener as (detail: unknown) => void)(detail);
  });
  const api: SiteApi = {
    ...{ open, close, identify, logout },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
    push(...calls) {
      for (const call of calls) call(api);
    },
  };
  window.Parley = api;
  if (Array.isArray(waiting)) api.push(...waiting);
}

type Happened = { [Name in keyof SiteEvents]: readonly [Name, SiteEvents[Name]] }[keyof SiteEvents];

function happened(now: ChatView, before: ChatView): Happened[] {
  const events: Happened[] = [];
  if (now.isOpen !== before.isOpen) events.push([now.isOpen ? 'open' : 'close', undefined]);
  if (now.needsSignIn && !before.needsSignIn) events.push(['signIn', undefined]);
  const unread = unreadOf(now.messages);
  if (unread.length !== unreadOf(before.messages).length) events.push(['unread', unread.length]);
  // What comes with the first page is not new: it was there before.
  if (now.link !== 'live') return events;
  const fresh = unread.filter(({ id }) => !before.messages.some((old) => old.id === id));
  for (const { text, from } of fresh) events.push(['message', { text, from: from.name ?? '' }]);
  return events;
}
