import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useAround, useView } from './context';

export interface Scroll {
  readonly log: RefObject<HTMLElement | null>;
  readonly isAtEnd: boolean;
  toEnd(): void;
}

const NEAR_PX = 60;
const OLDER_PX = 400;

/** Keeps the end of the conversation in sight for who is there, and what is read in its place for who is not. */
export function useScroll(): Scroll {
  const { chat } = useAround();
  const log = useRef<HTMLElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const isFollowing = useRef(true);

  const toEnd = useCallback(() => {
    const { current } = log;
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
    isFollowing.current = true;
    current?.scrollTo({ top: current.scrollHeight, behavior });
  }, []);
  useSteadiness(log, isFollowing, toEnd);

  useEffect(() => {
    const { current } = log;
    if (!current) return;
    const look = () => {
      const { scrollTop, scrollHeight, clientHeight } = current;
      isFollowing.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      setAtEnd(isFollowing.current);
      chat.marks.looking(isFollowing.current);
      if (scrollTop < OLDER_PX) chat.loadOlder().catch(() => undefined); // the next scroll asks again
    };
    // Pictures that arrive, the keyboard of a phone, the dots of whoever writes: the end stays in sight.
    const sizes = new ResizeObserver(() => {
      if (isFollowing.current) current.scrollTop = current.scrollHeight;
      look();
    });
    current.addEventListener('scroll', look, { passive: true });
    for (const box of [current, ...current.children]) sizes.observe(box);
    return () => {
      sizes.disconnect();
      chat.marks.looking(false);
    };
  }, [chat]);
  return { log, isAtEnd, toEnd };
}

/** What is loaded above must not move what is read; what comes at the end is followed by who was there. */
function useSteadiness(
  log: Scroll['log'],
  isFollowing: { readonly current: boolean },
  toEnd: () => void,
): void {
  const { messages } = useView();
  const before = useRef({ first: '', last: '', height: 0 });
  const first = messages[0]?.id ?? '';
  const newest = messages.at(-1);
  const last = newest?.ref ?? newest?.id ?? '';
  const isOwn = newest?.isOwn ?? false;
  useLayoutEffect(() => {
    const { current } = log;
    if (!current) return;
    const was = before.current;
    const { scrollHeight } = current;
    before.current = { first, last, height: scrollHeight };
    if (was.first === '') current.scrollTop = scrollHeight;
    else if (was.last !== last && (isFollowing.current || isOwn)) toEnd();
    else if (was.last === last && was.first !== first) current.scrollTop += scrollHeight - was.height;
  }, [first, last, isOwn, log, isFollowing, toEnd]);
}
