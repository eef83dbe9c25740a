import type { Attachment, Message } from '../model/conversation';
import type { Group } from '../model/groups';
import { Avatar } from './avatar';
import { Choices } from './choices';
import { useAround } from './context';
import { FileBubble } from './file-bubble';
import { RichText } from './rich-text';
import { Status } from './status';

export interface MessageGroupProps {
  readonly group: Group;
  /** The newest of the visitor's own messages: it says how far it has come. */
  readonly lastOwn: Message | undefined;
}

/** Messages of one person, close together. */
export function MessageGroup({ group, lastOwn }: MessageGroupProps) {
  const { chat, texts, moments } = useAround();
  const [first] = group.messages;
  const last = group.messages.at(-1) ?? first;
  const name = first.isOwn ? texts.you : (first.from.name ?? chat.config.title);
  return (
    <div class={first.isOwn ? 'group own' : 'group'}>
      {!first.isOwn && <Avatar name={name} url={first.from.avatarUrl ?? chat.config.avatarUrl} size={28} />}
      <div class="bubbles">
        <p class={first.isOwn ? 'spoken' : 'author'} dir="auto">
          {name}
        </p>
        {group.messages.map((message) => (
          <Bubbles key={message.ref ?? message.id} message={message} />
        ))}
        {!needsWord(last) && (
          <p class="foot">
            <time dateTime={new Date(last.sentOnMs).toISOString()}>{moments.time(last.sentOnMs)}</time>
            {last === lastOwn && <Status progress={last.progress} />}
          </p>
        )}
      </div>
    </div>
  );
}

function Bubbles({ message }: { readonly message: Message }) {
  const { text, files, choices } = message;
  return (
    <>
      {text !== '' && (
        <div class={`bubble is-${message.progress}${isEmoji(text) ? ' emoji' : ''}`} dir="auto">
          <RichText text={text} />
        </div>
      )}
      {files.map((file, index) => (
        <FileBubble key={fileKey(file, index)} file={file} isGoing={message.progress === 'sending'} />
      ))}
      {choices && <Choices message={message} />}
      {needsWord(message) && <Retry message={message} />}
    </>
  );
}

function Retry({ message }: { readonly message: Message }) {
  const { chat, texts } = useAround();
  const { ref = '', progress } = message;
  return (
    <p class={`retry is-${progress}`}>
      <Status progress={progress} />
      <button type="button" class="plain" onClick={() => chat.outbox.retry(ref)}>
        {texts.tryAgain}
      </button>
      {progress === 'refused' && (
        <button type="button" class="plain" onClick={() => chat.outbox.discard(ref)}>
          {texts.discard}
        </button>
      )}
    </p>
  );
}

function needsWord({ isOwn, progress }: Message): boolean {
  return isOwn && (progress === 'waiting' || progress === 'refused');
}

function fileKey(file: Attachment, index: number): string {
  return `${index} ${file.name}`;
}

/** One to three of them alone are shown large. */
function isEmoji(text: string): boolean {
  return /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*\s*){1,3}$/u.test(
    text,
  );
}
