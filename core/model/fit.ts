import type { Capabilities, OutboundTemplate } from '../../plugins/contract/index';
import { templateIn } from './approved-template';
import { CHOICES_TYPE, type Part, TEMPLATE_TYPE, UNSUPPORTED_TYPE } from './message';
import { isOfType, mimeTypeOf } from './mime-type';
import { splitText } from './split-text';

/** One submission to the provider. */
export interface Piece {
  readonly text?: string;
  readonly html?: string;
  readonly media: readonly PieceMedia[];
  readonly choices: readonly Choice[];
  /** Goes out instead of everything else. */
  readonly template?: OutboundTemplate;
}

export interface PieceMedia {
  readonly url: string;
  readonly mimeType: string;
  readonly name: string;
  readonly bytes?: number | undefined;
}

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface Fitted {
  readonly pieces: readonly Piece[];
  /** One sentence for each thing that the channel cannot carry as it was meant. */
  readonly lost: readonly string[];
}

export interface FitTools {
  htmlToText(html: string): string;
}

/** Renders a message for what a channel can carry: choices to numbered text, HTML to text, files to links, long texts to pieces. */
export function fit(parts: readonly Part[], capabilities: Capabilities, tools: FitTools): Fitted {
  const lost: string[] = [];
  const template = capabilities.templates ? templateIn(parts) : undefined;
  if (template && !('wrong' in template)) return alone(template, parts);
  const content = contentOf(parts, lost);
  const texts = [...content.texts];
  let html: string | undefined;
  if (content.html !== undefined) {
    if (capabilities.text.html) html = content.html;
    else if (content.texts.length === 0) texts.push(tools.htmlToText(content.html));
    if (html === undefined) lost.push('the HTML is shown as plain text');
  }
  const choices = fitChoices(content.choices, capabilities, texts, lost);
  const media = fitMedia(content.media, capabilities, texts, lost);
  const text = texts.filter(Boolean).join('\n');
  return { pieces: piecesOf({ text, html, media, choices }, capabilities), lost };
}

// What stands beside a template says to everybody else what the customer reads.
function alone(template: OutboundTemplate, parts: readonly Part[]): Fitted {
  const isMore = parts.some((part) => {
    const type = mimeTypeOf(part);
    return type !== TEMPLATE_TYPE && (part.url !== undefined || !type.startsWith('text/'));
  });
  const lost = isMore ? ['only the template goes out: give it its files as `extra`'] : [];
  return { pieces: [{ media: [], choices: [], template }], lost };
}

interface Content {
  readonly texts: string[];
  html?: string;
  readonly media: PieceMedia[];
  readonly choices: Choice[];
}

function contentOf(parts: readonly Part[], lost: string[]): Content {
  const content: Content = { texts: [], media: [], choices: [] };
  for (const part of parts) add(content, part, lost);
  return content;
}

function add(content: Content, part: Part, lost: string[]): void {
  const type = mimeTypeOf(part);
  if (type === CHOICES_TYPE) content.choices.push(...readChoices(part.data));
  else if (type === TEMPLATE_TYPE) lost.push('the template is left out: it means nothing on this channel');
  else if (part.url) content.media.push(mediaOf(part, part.url, type));
  else if (!part.data || type === UNSUPPORTED_TYPE) return;
  else if (type === 'text/html') content.html = (content.html ?? '') + part.data;
  else if (type.startsWith('text/')) content.texts.push(part.data);
  else lost.push(`content of the type ${type} cannot be shown`);
}

function mediaOf(part: Part, url: string, mimeType: string): PieceMedia {
  return { url, mimeType, name: part.name ?? 'file', bytes: part.size };
}

/** What a choices part offers; an empty list when its data is no such thing. */
export function readChoices(data: string | undefined): Choice[] {
  const value: unknown = parseJson(data ?? '');
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { id, label } = item as Record<string, unknown>;
    return typeof id === 'string' && typeof label === 'string' ? [{ id, label }] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fitChoices(
  choices: readonly Choice[],
  capabilities: Capabilities,
  texts: string[],
  lost: string[],
): readonly Choice[] {
  if (choices.length === 0) return [];
  const can = capabilities.choices;
  if (can && choices.length <= can.max && choices.every((choice) => choice.label.length <= can.maxLabel))
    return choices;
  texts.push(choices.map((choice, index) => `${index + 1}. ${choice.label}`).join('\n'));
  lost.push('the choices are shown as a numbered list');
  return [];
}

function fitMedia(
  media: readonly PieceMedia[],
  capabilities: Capabilities,
  texts: string[],
  lost: string[],
): readonly PieceMedia[] {
  return media.filter((item) => {
    const reason = whyNotCarried(item, capabilities);
    if (!reason) return true;
    texts.push(item.name === 'file' ? item.url : `${item.name}: ${item.url}`);
    lost.push(`${item.name} goes as a link: ${reason}`);
    return false;
  });
}

function whyNotCarried(item: PieceMedia, { media }: Capabilities): string | undefined {
  if (!media) return 'the channel carries no files';
  if (!media.mimeTypes.some((pattern) => isOfType(item.mimeType, pattern)))
    return `the channel does not carry ${item.mimeType}`;
  if ((item.bytes ?? 0) > media.maxBytes) return `it is larger than ${media.maxBytes} bytes`;
  return undefined;
}

interface Whole {
  readonly text: string;
  readonly html: string | undefined;
  readonly media: readonly PieceMedia[];
  readonly choices: readonly Choice[];
}

// Where files travel alone they go first, and what is said of them follows.
function apart(whole: Whole, capabilities: Capabilities): Piece[] {
  const files = whole.media.map((file): Piece => ({ media: [file], choices: [] }));
  const words = piecesTogether({ ...whole, media: [] }, capabilities);
  // Choices without a word need something to stand at.
  const last = files.at(-1);
  if (words.length === 0 && last) return [...files.slice(0, -1), { ...last, choices: whole.choices }];
  return [...files, ...words];
}

function piecesOf(whole: Whole, capabilities: Capabilities): Piece[] {
  return capabilities.media?.alone ? apart(whole, capabilities) : piecesTogether(whole, capabilities);
}

// Files go with the first piece, choices with the last: that is where the customer looks.
function piecesTogether(whole: Whole, capabilities: Capabilities): Piece[] {
  const texts = whole.html === undefined ? splitText(whole.text, capabilities.text.maxLength) : [whole.text];
  const files = batches(whole.media, capabilities.media?.perMessage ?? 1);
  const count = Math.max(texts.length, files.length);
  return Array.from({ length: count }, (_, index) => ({
    ...(texts[index] ? { text: texts[index] } : {}),
    ...(index === 0 && whole.html !== undefined ? { html: whole.html } : {}),
    media: files[index] ?? [],
    choices: index === count - 1 ? whole.choices : [],
  }));
}

function batches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
