import { useRef } from 'preact/hooks';
import { Composer } from './composer';
import { useAround, useView } from './context';
import { Header } from './header';
import { MessageList } from './message-list';
import { Notices } from './notices';
import { PreChat, usePreChat } from './pre-chat';
import { useDrop } from './use-drop';
import { useFocus } from './use-focus';
import { useFullScreen } from './use-full-screen';
import { useUploads } from './use-uploads';

/** The open chat. On small screens it takes the whole of it, and the page behind has to wait. */
export function Panel({ takesFocus }: { readonly takesFocus: boolean }) {
  const { chat, texts } = useAround();
  const { needsSignIn } = useView();
  const panel = useRef<HTMLElement>(null);
  const isFull = useFullScreen(panel);
  const preChat = usePreChat();
  const uploads = useUploads();
  const isOver = useDrop(panel, uploads);
  useFocus(panel, { takesFocus, isFull });
  const send = (text: string): boolean => {
    const answers = preChat.answer();
    if (!answers) return false;
    chat.outbox.send({ text, ...answers }, uploads.files);
    uploads.clear();
    return true;
  };
  return (
    <section ref={panel} class="panel" role="dialog" aria-label={chat.config.title} aria-modal={isFull}>
      <Header />
      <MessageList>
        <PreChat form={preChat} />
      </MessageList>
      <Notices />
      {!needsSignIn && <Composer uploads={uploads} onSend={send} />}
      {isOver && <p class="drop">{texts.dropHere}</p>}
    </section>
  );
}
