import type { Capabilities, OutboundMedia, OutboundMessage } from '../../plugins/contract/index';
import { whenUsed } from '../../plugins/helpers/when-used';
import { type Blobs, openBlob } from '../media/blobs';
import { type MediaLinks, mediaIdOf } from '../media/links';
import { type Fitted, fit, type Piece, type PieceMedia } from '../model/fit';
import type { Message, Part } from '../model/message';

const toText = whenUsed<typeof import('html-to-text')>(() => require('html-to-text'));

/** A message as a channel can carry it. */
export function fitted(parts: readonly Part[], capabilities: Capabilities): Fitted {
  return fit(parts, capabilities, { htmlToText });
}

export interface RenderTools {
  readonly blobs: Blobs;
  readonly links: MediaLinks;
}

/** One piece of a message as the adapter gets it. */
export function rendered(message: Message, piece: Piece, tools: RenderTools): OutboundMessage {
  const { route } = message;
  if (!route) throw new Error(`message ${message.id} has no route`);
  const { own, address, thread } = route;
  return {
    to: { own, party: address, ...(thread === undefined ? {} : { thread }) },
    ...(piece.text === undefined ? {} : { text: piece.text }),
    ...(piece.html === undefined ? {} : { html: piece.html }),
    media: piece.media.map((file) => toMedia(file, tools)),
    choices: piece.choices,
    ...(piece.template && { template: piece.template }),
    automatic: message.isAutomatedSend,
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.alert === undefined ? {} : { alert: message.alert }),
  };
}

/** The parts with public links in place of our own names of files. */
export function withLinks(parts: readonly Part[], tools: RenderTools): Part[] {
  return tools.links.present(parts);
}

function toMedia(file: PieceMedia, { blobs, links }: RenderTools): OutboundMedia {
  const { name, mimeType, bytes } = file;
  const id = mediaIdOf(file);
  const about = { mimeType, name, ...(bytes === undefined ? {} : { bytes }) };
  if (id === undefined)
    return { url: file.url, ...about, open: () => Promise.reject(new Error('the file is not ours')) };
  return {
    url: links.link(id),
    ...about,
    open: async () => openBlob(blobs, { id, mimeType, bytes }),
  };
}

function htmlToText(html: string): string {
  return toText().convert(html, { wordwrap: false });
}
