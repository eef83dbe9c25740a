import { merged } from '../model/conversation';
import type { Observable } from '../model/observable';
import { pause, waitBefore } from '../net/backoff';
import { failureIn } from '../net/call-error';
import type { Calls } from '../net/calls';
import { followLive, type LiveEvent } from '../net/live';
import type { StreamEvents } from '../wire';
import { incomingTo } from './incoming';
import type { Keeper, KeptSession } from './kept';
import type { Sessions } from './sessions';
import type { Tabs } from './tabs';
import { type ChatView, FIRST_VIEW, type Link } from './view';

export interface Stream {
  /** Shows the conversation of this browser's session, and follows it. */
  start(): Promise<void>;
  /** The same for another session: what was shown goes, what was not sent stays. */
  restart(): void;
  /** Shows nothing and follows nothing. */
  leave(): void;
}

export interface StreamOptions {
  readonly calls: Calls;
  readonly keeper: Keeper;
  readonly sessions: Sessions;
  readonly tabs: Tabs;
  readonly view: Observable<ChatView>;
}

export function streamOf(options: StreamOptions): Stream {
  const { sessions, tabs, view } = options;
  let end = new AbortController();
  let last = 0;
  const take = incomingTo(view, () => sessions.current()?.profileId ?? '');

  const showLink = (link: Link) => view.change({ link });
  const hear = (event: LiveEvent) => {
    last = event.number ?? last;
    if (event.name === 'ended') over(options, stream, event.data);
    else take(event);
  };
  const follow = ({ token }: KeptSession, signal: AbortSignal) =>
    followLive(
      {
        open: (after, stop) => options.calls.stream(token, after, stop),
        onEvent(event) {
          tabs.say({ kind: 'event', event });
          hear(event);
        },
        onState(link) {
          tabs.say({ kind: 'link', link });
          showLink(link);
        },
        onUnknownSession() {
          sessions.forget(token);
          stream.restart();
        },
      },
      last,
      signal,
    );
  tabs.hear((note) => {
    if (note.kind === 'event') hear(note.event);
    if (note.kind === 'link') showLink(note.link);
    if (note.kind === 'ask' && tabs.isLeading()) tabs.say({ kind: 'link', link: view.get().link });
  });

  const stream: Stream = {
    async start() {
      end.abort();
      end = new AbortController();
      const { signal } = end;
      showLink('connecting');
      const page = await firstPage(options, signal);
      if (signal.aborted) return;
      if (!page) return showLink('idle');
      last = page.latest;
      tabs.lead((leading) => follow(page.session, leading), signal);
    },
    restart() {
      clear(view);
      void stream.start();
    },
    leave() {
      end.abort();
      clear(view);
      showLink('idle');
    },
  };
  return stream;
}

function over({ keeper, sessions }: StreamOptions, stream: Stream, { reason }: StreamEvents['ended']): void {
  // Somebody else has signed in here: this page is theirs now, and does not sign its own user in again.
  if (reason === 'identity') sessions.identify(undefined);
  else sessions.forget(sessions.current()?.token);
  if (keeper.read().visitor) stream.restart();
  else stream.leave();
}

function clear(view: Observable<ChatView>): void {
  const unsent = view.get().messages.filter(({ number }) => number === undefined);
  const { chat, typing, earliest } = FIRST_VIEW;
  view.change({ chat, typing, earliest, messages: unsent });
}

/** Loads the newest page, again and again while the network is away. Undefined where there is no session to be had. */
async function firstPage({ calls, sessions, view }: StreamOptions, signal: AbortSignal) {
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      const { messages, earliest, latest, chat } = await sessions.use((token) => calls.history(token));
      const session = sessions.current();
      if (!session || signal.aborted) return undefined;
      const shown = merged(view.get().messages, messages, session.profileId);
      view.change({ messages: shown, earliest, chat, needsSignIn: false });
      return { session, latest };
    } catch (error) {
      const failure = failureIn(error);
      if (failure.kind === 'session') view.change({ needsSignIn: true });
      if (failure.kind !== 'later') return undefined;
      view.change({ link: 'lost' });
      await pause(waitBefore(tries, failure.afterMs), signal);
    }
  }
  return undefined;
}
