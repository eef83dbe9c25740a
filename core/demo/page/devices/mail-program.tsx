import { useState } from 'preact/hooks';
import type { Mail } from '../../shown';
import { timeOf } from '../clock';
import { Composer } from '../composer';
import { post } from '../post';
import { useBottom } from '../use-bottom';

export interface MailProgramProps {
  readonly who: string;
  readonly shop: { readonly name: string; readonly mailbox: string };
  readonly mails: readonly Mail[];
}

/** The mails between customers and the shop, the newest at the end; whatever came last is answered. */
export function MailProgram({ who, shop, mails }: MailProgramProps) {
  const [subject, setSubject] = useState('The blue jacket');
  const [isNew, setIsNew] = useState(false);
  const [problem, setProblem] = useState<string>();
  const bottom = useBottom(mails.length);
  const last = isNew ? undefined : mails.at(-1);
  const send = async (text: string) => {
    const about = last ? { answers: last.id } : { subject };
    setProblem(await post('/devices', { device: 'mail', text, ...about }));
    setIsNew(false);
  };
  return (
    <div class="screen">
      <header>
        <h2>{who}</h2>
        <p>mails with {shop.mailbox}</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="log" role="log" aria-label="Mails" tabIndex={0} ref={bottom}>
        {mails.length === 0 && <p class="empty">Nothing yet. Write to the shop.</p>}
        {mails.map((mail) => (
          <article key={mail.id} class={mail.isMine ? 'mail mine' : 'mail'}>
            <h3>{mail.subject}</h3>
            <p class="envelope">
              {mail.from} <span aria-hidden="true">→</span>
              <span class="unseen">to</span> {mail.to} <time dateTime={mail.at}>{timeOf(mail.at)}</time>
            </p>
            <p class="words">{mail.text}</p>
          </article>
        ))}
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div class="subject">
        {last ? (
          <>
            <span>Answers “{last.subject}”</span>
            <button type="button" onClick={() => setIsNew(true)}>
              New mail
            </button>
          </>
        ) : (
          <label>
            Subject
            <input value={subject} onInput={(event) => setSubject(event.currentTarget.value)} />
          </label>
        )}
      </div>
      <Composer
        label={`Mail as ${who}`}
        placeholder="Write a mail"
        rows={2}
        onSend={(text) => void send(text)}
      />
    </div>
  );
}
