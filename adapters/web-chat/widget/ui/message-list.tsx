import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { daysOf } from '../model/groups';
import { fill } from '../texts/language';
import { Avatar } from './avatar';
import { useAround, useView } from './context';
import { Icon } from './icons';
import { MessageGroup } from './message-group';
import { Typing } from './typing';
import { useScroll } from './use-scroll';
import { Welcome } from './welcome';

/** The conversation. It stays where the visitor reads, loads what is older above, and follows what is new at its end. */
export function MessageList({ children }: { readonly children: ComponentChildren }) {
  const { chat, texts, moments } = useAround();
  const { messages, isLoading, earliest, typing } = useView();
  const { log, isAtEnd, toEnd } = useScroll();
  const days = useMemo(() => daysOf(messages), [messages]);
  const last = messages.filter(({ isOwn }) => isOwn).at(-1);
  const isStart = earliest === undefined || earliest === 0;
  return (
    <div class="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and without a mouse only the keys do that */}
      <section class="log" ref={log} tabIndex={0} aria-label={texts.conversation} aria-busy={isLoading}>
        <div class="log-inner">
          {isLoading && <p class="loading">{texts.earlier}</p>}
          {isStart && <Start />}
          {isStart && <Welcome />}
          {days.map(({ startMs, groups }) => (
            <section key={startMs} class="day" aria-label={moments.day(startMs, Date.now())}>
              <p class="day-name" aria-hidden="true">
                {moments.day(startMs, Date.now())}
              </p>
              {groups.map((group) => (
                <MessageGroup key={group.key} group={group} lastOwn={last} />
              ))}
            </section>
          ))}
          {children}
          {typing && <Typing name={typing.name ?? chat.config.title} />}
        </div>
      </section>
      {!isAtEnd && (
        <button
          type="button"
          class="to-end"
          aria-label={texts.newMessages}
          title={texts.newMessages}
          onClick={toEnd}
        >
          <Icon name="down" />
        </button>
      )}
      <Announcer text={useNews()} />
    </div>
  );

  /** What a screen reader says of its own accord: the last answer that came while the chat is open. */
  function useNews(): string {
    const answer = messages.at(-1);
    if (!answer || answer.isOwn || answer.progress === 'read') return '';
    const { text, files, choices = [] } = answer;
    const names = [...files.map(({ name }) => name), ...choices.map(({ label }) => label)];
    const content = [text, ...names].filter(Boolean).join(', ');
    return fill(texts.says, { name: answer.from.name ?? chat.config.title, text: content });
  }
}

function Announcer({ text }: { readonly text: string }) {
  return (
    <p class="spoken" role="status">
      {text}
    </p>
  );
}

function Start() {
  const { title, subtitle, avatarUrl } = useAround().chat.config;
  // What it promises is not so while nobody is there.
  const isOpen = useView().availability === 'open';
  return (
    <div class="start">
      <Avatar name={title} url={avatarUrl} size={64} />
      <h3 dir="auto">{title}</h3>
      {isOpen && subtitle && <p dir="auto">{subtitle}</p>}
    </div>
  );
}
