import { randomUUID } from 'node:crypto';
import { ChannelError, type ConversationPort } from '../contract/index';
import { choicesIn } from '../helpers/choices-part';
import type { Accepted, Fault } from './driver';

type Answer = Parameters<ConversationPort['answer']>[0];

/** What takes answers, and what goes wrong with the next one. */
export interface AnswerFaults {
  take(answer: Answer): Promise<{ readonly id: string }>;
  next(fault: Fault): void;
  accepted(): readonly Accepted[];
  requests(): number;
  pending(): number;
}

const REFUSALS: Readonly<Partial<Record<Fault, () => ChannelError>>> = {
  busy: () => new ChannelError('unavailable', 'the gateway is busy'),
  rate_limited: () => new ChannelError('rate_limited', 'too many answers', { retryAfterMs: 2_000 }),
  bad_credentials: () => new ChannelError('unauthorized', 'the account is not let in'),
  bad_content: () => new ChannelError('rejected', 'this will never be taken'),
  no_such_customer: () => new ChannelError('unreachable', 'the customer left', { reason: 'not_permitted' }),
  opted_out: () => new ChannelError('unreachable', 'the customer opted out', { reason: 'opted_out' }),
  refused: () => new ChannelError('unavailable', 'nobody is there'),
};

/** The gateway's side of an answer, in memory. */
export function answerFaults(): AnswerFaults {
  const kept = new Map<string, Accepted>();
  const due: Fault[] = [];
  let [asked, waiting] = [0, 0];
  const keep = (answer: Answer) => {
    const known = kept.get(answer.key);
    if (known) return known;
    const made = acceptedOf(answer);
    kept.set(answer.key, made);
    return made;
  };
  return {
    async take(answer) {
      asked += 1;
      const fault = due.shift();
      const refusal = fault && REFUSALS[fault];
      if (refusal) throw refusal();
      if (fault !== 'silent') return outcome(fault, keep(answer));
      waiting += 1;
      return new Promise((_, reject) => {
        answer.signal.addEventListener('abort', () => {
          waiting -= 1;
          reject(new ChannelError('unavailable', 'it was given up', { maybeSent: true }));
        });
      });
    },
    next: (fault) => void due.push(fault),
    accepted: () => [...kept.values()],
    requests: () => asked,
    pending: () => waiting,
  };
}

function outcome(fault: Fault | undefined, { externalId: id }: Accepted): { readonly id: string } {
  if (fault === undefined) return { id };
  if (fault === 'nonsense' || fault === 'no_id') return { id: '' };
  throw new ChannelError('unavailable', 'the commit was not heard of', { maybeSent: true });
}

function acceptedOf({ to, parts, key }: Answer): Accepted {
  const words = (type: string) => parts.find((part) => part.type === type && part.url === undefined)?.data;
  const html = words('text/html');
  const media = parts.flatMap(({ url }) => (url === undefined ? [] : [{ url }]));
  return {
    ...{ externalId: randomUUID(), to, text: words('text/plain') ?? '', media, key },
    ...(html === undefined ? {} : { html }),
    choices: choicesIn(parts).map(({ label }) => label),
  };
}
