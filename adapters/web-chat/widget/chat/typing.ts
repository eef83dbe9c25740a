import type { Calls } from '../net/calls';
import type { Sessions } from './sessions';

export interface TypingSignal {
  /** The visitor changed what they are writing. */
  writes(text: string): void;
}

const AGAIN_MS = 5_000;

/** Tells the agent that the visitor is writing: at most every 5 s, and that it is over. Before the first message nothing is told. */
export function typingSignal(calls: Calls, sessions: Sessions): TypingSignal {
  let saidMs = 0;
  let over: ReturnType<typeof setTimeout> | undefined;
  const say = (on: boolean) => {
    saidMs = on ? Date.now() : 0;
    const session = sessions.current();
    // Nobody misses one that is lost.
    if (session) calls.typing(session.token, on).catch(() => undefined);
  };
  return {
    writes(text) {
      clearTimeout(over);
      if (text.trim() === '') {
        if (saidMs > 0) say(false);
        return;
      }
      if (Date.now() - saidMs > AGAIN_MS) say(true);
      over = setTimeout(() => say(false), AGAIN_MS);
    },
  };
}
