import { until } from '../../support/until';

/** People who say something, are answered, and hear what is said. */
export interface Talking<User> {
  readonly users: readonly User[];
  /** Called for every message that somebody heard: its text, and its number in the conversation. */
  hear: (user: User, text: string, number: number) => void;
  say(user: User, text: string): Promise<unknown>;
  answer(user: User, text: string): Promise<unknown>;
}

/** What came of a while of talking. */
export interface Talk {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Not heard by anybody: refused, too, of which `refusal` is the first. */
  readonly lost: number;
  readonly refusal: string | undefined;
  readonly doubled: number;
  readonly outOfOrder: number;
}

const PATIENCE_MS = 30_000;

/** Everybody says something once a minute and is answered once a minute; each message is timed from when it was due until its frame is there. */
export async function talk<User>(crowd: Talking<User>, forMs: number): Promise<Talk> {
  const due = new Map<string, number>();
  const heard = new Map<string, number>();
  const last = new Map<User, number>();
  let outOfOrder = 0;
  let refusal: string | undefined;
  let doubled = 0;
  crowd.hear = (user, text, number) => {
    if (number <= (last.get(user) ?? 0)) outOfOrder += 1;
    last.set(user, number);
    if (!due.has(text)) return;
    if (heard.has(text)) doubled += 1;
    else heard.set(text, performance.now());
  };
  const { users } = crowd;
  const began = performance.now();
  const everyMs = 60_000 / (users.length * 2);
  const posts: Promise<unknown>[] = [];
  for (let turn = 0; turn * everyMs < forMs; turn += 1) {
    const at = began + turn * everyMs;
    const wait = at - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const user = users[(turn >> 1) % users.length];
    if (!user) throw new Error('nobody is there');
    const text = `${turn} of ${began}`;
    due.set(text, at);
    const post = turn % 2 === 0 ? crowd.say(user, text) : crowd.answer(user, text);
    posts.push(
      post.catch((error: unknown) => {
        refusal ??= String(error);
      }),
    );
  }
  await Promise.all(posts);
  await until(() => heard.size === due.size, { patienceMs: PATIENCE_MS }).catch(() => undefined);
  const waits = [...heard].map(([text, at]) => at - (due.get(text) ?? at)).sort((a, b) => a - b);
  return {
    perSecond: due.size / (forMs / 1000),
    p50Ms: waits[Math.floor(waits.length * 0.5)] ?? Number.NaN,
    p99Ms: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN,
    ...{ lost: due.size - heard.size, refusal, doubled, outOfOrder },
  };
}
