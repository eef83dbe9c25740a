import type { Chat } from './chat/chat';
import { type Message, unreadOf } from './model/conversation';

/** Tells the visitor of new answers outside of the widget: in the page's title, and by a sound if they want one. */
export function startAlerts({ view }: Chat): void {
  let known: ReadonlySet<string> = new Set(view.get().messages.map(({ id }) => id));
  const showCount = () => {
    const count = unreadOf(view.get().messages).length;
    const title = document.title.replace(/^\(\d+\) /, '');
    const wanted = count > 0 && document.hidden ? `(${count}) ${title}` : title;
    if (document.title !== wanted) document.title = wanted;
  };
  view.listen(({ messages, hasSound, link }, before) => {
    if (messages === before.messages) return;
    const isNew = (message: Message) =>
      !message.isOwn && message.progress !== 'read' && !known.has(message.id);
    // What comes with the first page is not new: it was there before.
    if (hasSound && link === 'live' && messages.some(isNew)) ring();
    known = new Set(messages.map(({ id }) => id));
    showCount();
  });
  document.addEventListener('visibilitychange', showCount);
}

/** Two short notes. Made here: a file would need another right from the site. */
function ring(): void {
  const audio = new AudioContext();
  const loudness = audio.createGain();
  loudness.connect(audio.destination);
  for (const [index, pitch] of [660, 880].entries()) {
    const note = audio.createOscillator();
    const atS = audio.currentTime + index * 0.12;
    note.frequency.value = pitch;
    note.connect(loudness);
    loudness.gain.setValueAtTime(0.08, atS);
    loudness.gain.exponentialRampToValueAtTime(0.001, atS + 0.25);
    note.start(atS);
    note.stop(atS + 0.3);
    note.onended = () => {
      if (index > 0) audio.close().catch(() => undefined);
    };
  }
}
