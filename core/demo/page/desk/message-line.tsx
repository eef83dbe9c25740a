import { timeOf } from '../clock';
import { CHANNELS, type Start } from '../start';
import type { History, Message } from './shapes';

export interface MessageLineProps {
  readonly message: Message;
  readonly history: History | undefined;
  readonly start: Start;
}

const TONES: Readonly<Record<string, string>> = {
  failed: 'bad',
  unknown: 'warn',
  read: 'good',
  delivered: 'good',
};

/** What somebody said; of an answer, how far it has come and what was tried. */
export function MessageLine({ message, history, start }: MessageLineProps) {
  const { context, parts, channelId, status, failure } = message;
  const isAnswer = context.direction === 'outbound';
  const agent = start.agents.find(({ id }) => id === context.from.id)?.name;
  const reason = failure?.reason === undefined ? '' : `: ${failure.reason.replaceAll('_', ' ')}`;
  return (
    <div class={isAnswer ? 'bubble mine' : 'bubble'}>
      <p>{parts.map(({ data, name }) => data ?? `[${name ?? 'a file'}]`).join('\n')}</p>
      <p class="meta">
        {isAnswer ? `${agent ?? context.from.name ?? 'The shop'}, by ` : 'by '}
        {CHANNELS[channelId] ?? channelId} · {timeOf(context.sentOn)}
        {isAnswer && (
          <span class={`status is-${TONES[status] ?? 'plain'}`} data-status={status}>
            {status}
            {reason}
          </span>
        )}
      </p>
      {history && <Tried history={history} />}
    </div>
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  held: 'held, because the account is paused',
  unknown: 'the provider may have it or not; it is looked up, and not sent again',
};

/** Each attempt that did not do it, and when the next one is. */
function Tried({ history: { attempts, nextAttemptOn, status } }: { readonly history: History }) {
  const failed = attempts.filter(({ outcome }) => outcome !== 'sent' && outcome !== 'accepted');
  const last = failed.at(-1);
  if (!last) return null;
  const isTriedAgain = status === 'accepted' && last.outcome !== 'held' && nextAttemptOn !== undefined;
  return (
    <ul class="tried">
      {failed.map(({ attempt, outcome, kind = '', reason = kind, detail }) => (
        <li key={attempt}>
          Attempt {attempt}: {detail ?? reason.replaceAll('_', ' ')}
          {OUTCOMES[outcome] === undefined ? '' : ` – ${OUTCOMES[outcome]}`}
        </li>
      ))}
      {isTriedAgain && <li>Next attempt at {timeOf(nextAttemptOn, true)}</li>}
    </ul>
  );
}
