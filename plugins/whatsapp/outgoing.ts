import {
  ChannelError,
  type OutboundMedia,
  type OutboundMessage,
  type OutboundTemplate,
} from 'parley-gateway/plugin';
import { LIST_BUTTON, type WhatsAppConfig } from './config';
import type { Json } from './json';

/** Where Meta finds a file: at our link, or where it was uploaded to. */
export type FileAt = { readonly link: string } | { readonly id: string };

// https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages, -list-messages
const BUTTONS = { most: 3, label: 20, id: 256, body: 1_024 } as const;
const LIST_ID = 200;

/** A message as the Graph API takes it. */
export function contentOf(message: OutboundMessage, config: WhatsAppConfig, at: FileAt | undefined): Json {
  const { template, choices, text = '' } = message;
  const [file] = message.media;
  if (template) return { type: 'template', template: templateOf(template) };
  const placed = file && at && { file, at };
  if (choices.length > 0) return { type: 'interactive', interactive: offering(message, config, placed) };
  if (!placed) return { type: 'text', text: { body: text } };
  const type = fileTypeOf(file);
  return { type, [type]: fileFields(type, placed) };
}

/** As what WhatsApp shows a file; a picture that is too large for one is a document. */
export function fileTypeOf({ mimeType, bytes = 0 }: OutboundMedia): 'image' | 'audio' | 'video' | 'document' {
  if (mimeType.startsWith('image/')) return bytes > LARGEST_PICTURE ? 'document' : 'image';
  if (mimeType.startsWith('audio/')) return 'audio';
  return mimeType.startsWith('video/') ? 'video' : 'document';
}

const LARGEST_PICTURE = 5_000_000;

interface Placed {
  readonly file: OutboundMedia;
  readonly at: FileAt;
}

function fileFields(type: string, { file, at }: Placed): Json {
  return type === 'document' ? { ...at, filename: file.name } : { ...at };
}

function templateOf({ name, language, values = [], extra = [] }: OutboundTemplate): Json {
  if (language === undefined)
    throw new ChannelError('rejected', 'a template of WhatsApp’s needs its `language`');
  if (!Array.isArray(extra))
    throw new ChannelError('rejected', 'the `extra` of a template is a list of components');
  const isNamed = !Array.isArray(values);
  const parameters = Object.entries(values).map(([key, text]) => ({
    ...{ type: 'text', text },
    ...(isNamed && { parameter_name: key }),
  }));
  const body = parameters.length > 0 ? [{ type: 'body', parameters }] : [];
  return { name, language: { code: language }, components: [...body, ...extra] };
}

/** Three short choices are buttons, more are a list. */
function offering(
  { choices, text = '' }: OutboundMessage,
  { listButton = LIST_BUTTON }: WhatsAppConfig,
  placed: Placed | undefined,
): Json {
  const areButtons =
    choices.length <= BUTTONS.most &&
    text.length <= BUTTONS.body &&
    choices.every(({ label }) => label.length <= BUTTONS.label);
  mustFit(choices, areButtons ? BUTTONS.id : LIST_ID);
  // It must have a body, also where nobody said anything.
  const body = { text: text || listButton };
  if (areButtons) {
    const buttons = choices.map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } }));
    return { type: 'button', body, action: { buttons }, ...(placed && { header: headerOf(placed) }) };
  }
  if (placed) throw new ChannelError('rejected', 'a list of choices has no file: say something beside it');
  const rows = choices.map(({ id, label }) => ({ id, title: label }));
  return { type: 'list', body, action: { button: listButton, sections: [{ rows }] } };
}

function headerOf(placed: Placed): Json {
  const type = fileTypeOf(placed.file);
  if (type === 'audio')
    throw new ChannelError('rejected', 'choices cannot stand below a sound: say something');
  return { type, [type]: fileFields(type, placed) };
}

function mustFit(choices: OutboundMessage['choices'], longest: number): void {
  if (choices.some(({ id }) => id.length > longest))
    throw new ChannelError('rejected', `the id of a choice is longer than ${longest} characters`);
}
