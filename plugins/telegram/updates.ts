import type { Address, InboundEvent, InboundMedia, InboundMessage } from 'parley-gateway/plugin';

type Fields = Readonly<Record<string, unknown>>;

/** What one update, which came as this text, says. Pure, and never nothing: https://core.telegram.org/bots/api#update */
export function eventsOf(update: unknown, botId: string, asItCame: string): readonly InboundEvent[] {
  const { message, edited_message, callback_query, message_reaction, my_chat_member } = fieldsOf(update);
  if (isFields(message)) return [messageEvent(message, botId)];
  if (isFields(edited_message)) return [editOf(edited_message, botId)];
  if (isFields(callback_query)) return [choiceOf(callback_query, botId)];
  if (isFields(message_reaction)) return [reactionOf(message_reaction, botId)];
  if (isFields(my_chat_member))
    return [{ type: 'ignored', reason: 'the customer started or blocked the bot' }];
  return [
    {
      type: 'ignored',
      reason: 'an update of a kind that is not known',
      keep: asItCame,
    },
  ];
}

/** The id of a message is unique in its chat only. */
export function externalIdOf(chatId: string, messageId: number | string): string {
  return `${chatId}:${messageId}`;
}

function messageEvent(message: Fields, botId: string): InboundEvent {
  const address = privateChat(message, botId);
  const { message_id: id, date, reply_to_message: answered } = message;
  if (!address || typeof id !== 'number')
    return { type: 'ignored', reason: 'a message that is not of a private chat' };
  const { from } = message;
  const inReplyTo = Object(answered).message_id;
  return {
    type: 'message',
    message: {
      externalId: externalIdOf(address.party, id),
      address,
      sender: { ...nameOf(from) },
      ...(typeof date === 'number' && { sentAt: new Date(date * 1_000) }),
      ...(typeof inReplyTo === 'number' && { inReplyTo: externalIdOf(address.party, inReplyTo) }),
      ...contentOf(message),
    },
  };
}

type Content = Pick<InboundMessage, 'text' | 'media' | 'unsupported'>;

/** Everything that can stand in a message: https://core.telegram.org/bots/api#message */
function contentOf(message: Fields): Content {
  const { text, caption, location, contact } = message;
  const media = filesOf(message);
  if (typeof text === 'string') return { text, media };
  if (media.length > 0) return { ...(typeof caption === 'string' && { text: caption }), media };
  if (isFields(location)) return { text: `${location['latitude']}, ${location['longitude']}`, media };
  if (isFields(contact))
    return { text: [contact['first_name'], contact['phone_number']].filter(isText).join(' '), media };
  const known = ['message_id', 'from', 'chat', 'date', 'message_thread_id', 'reply_to_message'];
  const [kind = 'empty'] = Object.keys(message).filter((name) => !known.includes(name));
  return { media, unsupported: { kind, raw: message } };
}

const TYPES: Readonly<Record<string, string>> = {
  document: 'application/octet-stream',
  audio: 'audio/mpeg',
  voice: 'audio/ogg',
  video: 'video/mp4',
  video_note: 'video/mp4',
  animation: 'video/mp4',
  sticker: 'image/webp',
};

function filesOf(message: Fields): readonly InboundMedia[] {
  const { photo } = message;
  // The same picture in several sizes, the largest last.
  const largest: unknown = Array.isArray(photo) ? photo.at(-1) : undefined;
  if (isFields(largest)) return mediaOf(largest, 'image/jpeg');
  // An animation comes as a document as well.
  const kind =
    Object.keys(TYPES).find((name) => name !== 'document' && isFields(message[name])) ?? 'document';
  const file = message[kind];
  return isFields(file) ? mediaOf(file, stickerType(kind, file)) : [];
}

function stickerType(kind: string, file: Fields): string {
  if (kind !== 'sticker') return TYPES[kind] ?? 'application/octet-stream';
  if (file['is_video'] === true) return 'video/webm';
  return file['is_animated'] === true ? 'application/gzip' : 'image/webp';
}

function mediaOf(
  { file_id: ref, mime_type: type, file_name: name, file_size: bytes }: Fields,
  usual: string,
): InboundMedia[] {
  if (!isText(ref)) return [];
  const mimeType = isText(type) && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : usual;
  return [{ ref, mimeType, ...(isText(name) && { name }), ...(typeof bytes === 'number' && { bytes }) }];
}

function editOf(message: Fields, botId: string): InboundEvent {
  const address = privateChat(message, botId);
  const { message_id: id, text, caption, edit_date: at } = message;
  const words = [text, caption].find(isText);
  if (!address || typeof id !== 'number' || words === undefined)
    return { type: 'ignored', reason: 'an edit without words, or not of a private chat' };
  return {
    type: 'change',
    change: {
      externalId: externalIdOf(address.party, id),
      ...{ address, by: 'customer', what: { is: 'edit', text: words } },
      ...(typeof at === 'number' && { at: new Date(at * 1_000) }),
    },
  };
}

/** The customer tapped one of the choices below a message of ours. */
function choiceOf({ id, from, data, message }: Fields, botId: string): InboundEvent {
  const { id: party } = fieldsOf(from);
  if (!isText(id) || typeof party !== 'number' || !isText(data))
    return { type: 'ignored', reason: 'a tap without a choice' };
  const address = { own: botId, party: String(party) };
  const answered = Object(message).message_id;
  return {
    type: 'message',
    message: {
      externalId: `tap:${id}`,
      address,
      ...{ sender: nameOf(from), text: labelOf(message, data), choiceId: data, media: [] },
      ...(typeof answered === 'number' && { inReplyTo: externalIdOf(address.party, answered) }),
    },
  };
}

/** The words on the button that was tapped. */
function labelOf(message: unknown, data: string): string {
  const rows: unknown = Object(Object(message).reply_markup).inline_keyboard;
  const buttons = (Array.isArray(rows) ? rows.flat() : []).map((button) => fieldsOf(button));
  const label = buttons.find((button) => button['callback_data'] === data)?.['text'];
  return isText(label) ? label : data;
}

function reactionOf(reaction: Fields, botId: string): InboundEvent {
  const address = privateChat(reaction, botId);
  const { message_id: id, new_reaction: now, date } = reaction;
  if (!address || typeof id !== 'number')
    return { type: 'ignored', reason: 'a reaction outside of a private chat' };
  const emoji: unknown = Array.isArray(now) ? Object(now[0]).emoji : undefined;
  return {
    type: 'change',
    change: {
      externalId: externalIdOf(address.party, id),
      ...{ address, by: 'customer', what: { is: 'reaction', ...(isText(emoji) && { emoji }) } },
      ...(typeof date === 'number' && { at: new Date(date * 1_000) }),
    },
  };
}

/** Groups and channels are no customers. */
function privateChat({ chat }: Fields, own: string): Address | undefined {
  const { id, type } = fieldsOf(chat);
  return type === 'private' && typeof id === 'number' ? { own, party: String(id) } : undefined;
}

function nameOf(from: unknown): { readonly name?: string } {
  const { first_name, last_name } = fieldsOf(from);
  const name = [first_name, last_name].filter(isText).join(' ');
  return name === '' ? {} : { name };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
