import { type Message, merged, withChange, withProgress } from '../model/conversation';
import type { Observable } from '../model/observable';
import { pause, waitBefore } from '../net/backoff';
import { failureIn } from '../net/call-error';
import type { Calls } from '../net/calls';
import type { Keeper } from './kept';
import { newRef, type Outgoing, type Packed, posted, shown } from './outgoing';
import type { Sessions } from './sessions';
import type { ChatView } from './view';

export interface Outbox {
  /** Under a reference of its own where it has none. */
  send(message: Omit<Outgoing, 'ref' | 'sentOnMs'> & { readonly ref?: string }, files: readonly File[]): void;
  /** Tries again now. */
  retry(ref: string): void;
  discard(ref: string): void;
  /** Takes up what an earlier page could not send. */
  restore(): void;
}

export interface OutboxOptions {
  readonly calls: Calls;
  readonly keeper: Keeper;
  readonly sessions: Sessions;
  readonly view: Observable<ChatView>;
  /** A message made the session. */
  onSession(): void;
}

/** Sends one message after the other, in the order in which they were written, and again until each is taken or refused. */
export function outboxOf(options: OutboxOptions): Outbox {
  const { keeper, view } = options;
  const refused = new Map<string, Packed>();
  const queue = queueOf(options, (message) => refused.set(message.ref, message));
  const add = (message: Packed) => {
    view.change({ messages: [...view.get().messages, shown(message)] });
    queue.add(message);
  };
  return {
    send(message, files) {
      keeper.begin();
      add({ ref: newRef(), ...message, sentOnMs: Date.now(), files, uploaded: [] });
    },
    retry(ref) {
      const again = refused.get(ref);
      refused.delete(ref);
      show(view, ref, { progress: 'sending' });
      if (again) queue.add(again);
      else queue.hurry();
    },
    discard(ref) {
      refused.delete(ref);
      view.change({ messages: view.get().messages.filter((message) => message.ref !== ref) });
    },
    restore() {
      for (const outgoing of keeper.read().unsent ?? []) add({ ...outgoing, files: [], uploaded: [] });
    },
  };
}

interface Queue {
  add(message: Packed): void;
  /** Does not wait any longer. */
  hurry(): void;
}

function queueOf(options: OutboxOptions, onRefused: (message: Packed) => void): Queue {
  const { keeper, view } = options;
  let waiting: readonly Packed[] = [];
  let isSending = false;
  let wait = new AbortController();

  const keep = (next: readonly Packed[]) => {
    waiting = next;
    const texts = next.filter(({ files }) => files.length === 0);
    keeper.write({ unsent: texts.map(({ files: _files, uploaded: _uploaded, ...outgoing }) => outgoing) });
  };
  const run = async () => {
    if (isSending) return;
    isSending = true;
    for (let tries = 1, [first] = waiting; first; [first] = waiting) {
      const { ref } = first;
      const outcome = await attempt(options, first);
      if (outcome.is === 'later') {
        show(view, ref, { progress: 'waiting' });
        wait = new AbortController();
        await pause(waitBefore(tries, outcome.afterMs), wait.signal);
        tries += 1;
      } else {
        tries = 1;
        if (outcome.is === 'refused') onRefused(first);
        keep(waiting.filter((one) => one.ref !== ref));
      }
    }
    isSending = false;
  };
  return {
    add(message) {
      keep([...waiting, message]);
      void run();
    },
    hurry: () => wait.abort(),
  };
}

type Outcome = { readonly is: 'sent' | 'refused' } | { readonly is: 'later'; readonly afterMs: number };

async function attempt(options: OutboxOptions, message: Packed): Promise<Outcome> {
  const { calls, sessions, view } = options;
  const isFirst = !sessions.current();
  try {
    const { id, number } = await sessions.use(async (token) => {
      await uploadAll(options, token, message);
      return calls.post(token, posted(message));
    });
    show(view, message.ref, { id, number });
    // The stream may have told of it already, and of receipts as well.
    const messages = withProgress(merged(view.get().messages, [], ''), [id], 'sent');
    view.change({ messages, needsSignIn: false });
    if (isFirst) options.onSession();
    return { is: 'sent' };
  } catch (error) {
    const failure = failureIn(error);
    if (failure.kind === 'later') return { is: 'later', afterMs: failure.afterMs };
    show(view, message.ref, { progress: 'refused' });
    if (failure.kind === 'session') view.change({ needsSignIn: true });
    return { is: 'refused' };
  }
}

async function uploadAll({ calls, view }: OutboxOptions, token: string, message: Packed): Promise<void> {
  const { files, uploaded, ref } = message;
  for (const file of files.slice(uploaded.length)) {
    const onProgress = (done: number) => {
      const going = view.get().messages.find((one) => one.ref === ref)?.files ?? [];
      show(view, ref, { files: going.map((one) => (one.blob === file ? { ...one, done } : one)) });
    };
    uploaded.push(await calls.upload(token, file, onProgress));
  }
}

function show(view: Observable<ChatView>, ref: string, change: Partial<Message>): void {
  view.change({ messages: withChange(view.get().messages, ref, change) });
}
