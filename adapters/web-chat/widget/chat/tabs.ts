import type { LiveEvent } from '../net/live';
import type { Link } from './view';

/** What tabs of one site tell each other. */
export type TabNote =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'link'; readonly link: Link }
  /** Does somebody follow the stream? */
  | { readonly kind: 'ask' }
  /** There is a session now, or another one. */
  | { readonly kind: 'session' }
  | { readonly kind: 'left' };

export interface Tabs {
  say(note: TabNote): void;
  hear(listener: (note: TabNote) => void): void;
  /** Runs it in one tab of the site at a time, again where that tab is closed or asleep, until the signal ends it. */
  lead(run: (signal: AbortSignal) => Promise<void>, end: AbortSignal): void;
  isLeading(): boolean;
}

/** How long a tab that leads may take to say so; browsers put tabs to sleep that nobody looks at. */
const ANSWER_MS = 2_000;

/** Browsers open six connections to a server at most: ten tabs with a stream each would block all else. */
export function tabsOf(accountId: string): Tabs {
  const name = `parley.${accountId}.live`;
  const channel = new BroadcastChannel(name);
  let leading = 0;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const say = (note: TabNote) => channel.postMessage(note);
  channel.addEventListener('message', ({ data }) => {
    if (data.kind === 'link' || data.kind === 'event') clearTimeout(silence);
  });

  const lead = (run: (signal: AbortSignal) => Promise<void>, end: AbortSignal) => {
    let queued = new AbortController();
    const take = async (options: LockOptions) => {
      const over = new AbortController();
      end.addEventListener('abort', () => over.abort());
      await alone(
        name,
        async () => {
          leading += 1;
          await run(over.signal);
        },
        options,
      ).catch(() => over.abort()); // another tab took it, or we stopped waiting
      leading = 0;
      if (!end.aborted && !options.signal?.aborted) wait();
    };
    const wait = () => {
      queued = new AbortController();
      end.addEventListener('abort', () => queued.abort());
      void take({ signal: queued.signal });
    };
    const ask = () => {
      if (leading || document.hidden) return;
      say({ kind: 'ask' });
      clearTimeout(silence);
      silence = setTimeout(() => {
        if (leading || end.aborted) return;
        queued.abort();
        void take({ steal: true });
      }, ANSWER_MS);
    };
    document.addEventListener('visibilitychange', ask, { signal: end });
    wait();
    ask();
  };
  return {
    ...{ say, lead, isLeading: () => leading > 0 },
    hear: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
  };
}

/** Runs it in no two tabs at once. Only secure pages can tell; on others each tab does it. */
export async function alone<T>(name: string, run: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request(name, options, run) : run();
}
