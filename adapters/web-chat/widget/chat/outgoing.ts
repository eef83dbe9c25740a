import type { Message } from '../model/conversation';
import type { Answers, PostedMessage, UploadedFile } from '../wire';

/** A message that the visitor wrote and the gateway has not taken yet, as it is kept between pages. */
export interface Outgoing {
  /** The same at each try, so that it is stored once. */
  readonly ref: string;
  readonly text: string;
  readonly sentOnMs: number;
  readonly preChat?: Answers;
  readonly teamId?: string;
  /** What they chose, where it is no text of their own. */
  readonly choiceId?: string;
}

/** The same with its files, which only this page has. */
export interface Packed extends Outgoing {
  readonly files: readonly File[];
  /** Those that are up already, in their order. */
  readonly uploaded: UploadedFile[];
}

/** As the gateway takes it. */
export function posted({ ref, text, preChat, teamId, choiceId, uploaded }: Packed): PostedMessage {
  const files = uploaded.map(({ id }) => ({ fileId: id }));
  return {
    ...{ ref, preChat, teamId, choiceId },
    parts: text === '' ? files : [{ type: 'text/plain', data: text }, ...files],
    page: { url: location.href, title: document.title },
  };
}

/** As it is shown until the gateway has it. */
export function shown({ ref, text, choiceId, sentOnMs, files }: Packed): Message {
  const attached = files.map((blob) => ({ name: blob.name, type: blob.type, size: blob.size, blob }));
  return {
    id: ref,
    ref,
    isOwn: true,
    from: { id: '' },
    text,
    choiceId,
    files: attached,
    sentOnMs,
    progress: 'sending',
  };
}

/** Nobody else's; pages that are not secure have no randomUUID. */
export function newRef(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}
