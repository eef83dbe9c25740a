import { type AttachmentStream, type HeaderLines, MailParser, type MessageText } from 'mailparser';
import { authentications } from './authentication';
import { whyAutomatic } from './automatic';
import { contentOf } from './content';
import { ContentHash } from './content-hash';
import {
  headerDate,
  headerText,
  type Mailbox,
  type MailHeaders,
  mailboxes,
  mailHeaders,
  messageIds,
} from './headers';
import { LOOP_HEADER, type MailFile, OWN_MARK_HEADER, type ReadMail } from './mail';
import { type FileSink, Files, type GatheredFiles } from './mail-files';
import { readReport } from './report';
import type { MailBody } from './tnef';

/** Reads a mail as it comes in; files are handed on as they come, one after the other. Rejects for what is no mail. */
export async function readMail(source: AsyncIterable<Uint8Array>, sink: FileSink): Promise<ReadMail> {
  const hash = new ContentHash();
  const gathered = await parse(hashed(source, hash), sink);
  return mailOf(gathered, hash);
}

/** Everything that the parser said. */
interface Gathered extends GatheredFiles {
  readonly headers: MailHeaders;
  readonly text: string | undefined;
  readonly html: string | undefined;
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: ContentHash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    hash.add(chunk);
    yield chunk;
  }
}

function createParser(): MailParser {
  // Conversions are done here with limits; embedded mails stay files, so that their headers never pass for this mail's.
  const options = {
    ...{ skipHtmlToText: true, skipTextLinks: true, skipImageLinks: true, keepDeliveryStatus: true },
    ...{ ignoreEmbedded: true, maxHeadSize: 3 * 1024 * 1024 },
    // Text is needed as HTML only where it stands between parts that are HTML.
    get skipTextToHtml(): boolean {
      return Reflect.get(parser, 'hasHtml') !== true;
    },
  };
  const parser: MailParser = new MailParser(options);
  return parser;
}

async function parse(source: AsyncIterable<Uint8Array>, sink: FileSink): Promise<Gathered> {
  const parser = createParser();
  let headers = mailHeaders([]);
  let words: MessageText | undefined;
  const files = new Files(sink);
  let working: Promise<void> = Promise.resolve();
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('error', reject);
    parser.once('end', resolve);
  });
  parser.on('headerLines', (lines: HeaderLines) => {
    headers = mailHeaders(lines);
  });
  parser.on('data', (data: AttachmentStream | MessageText) => {
    if (data.type === 'text') words = data;
    else {
      working = working
        .then(() => files.take(data))
        .catch((error: unknown) => void parser.destroy(asError(error)));
    }
  });
  ended.catch(() => parser.destroy());
  await Promise.all([feed(parser, source), ended]);
  await working;
  return { headers, ...bodyOf(words, files.result().inside), ...files.result() };
}

// What a winmail.dat says counts where nothing else is said.
function bodyOf(words: MessageText | undefined, inside: MailBody): Pick<Gathered, 'text' | 'html'> {
  const [text, html] = [textIn(words?.text), textIn(words?.html)];
  const isSaid = [text, html].some((one) => one !== undefined && one.trim() !== '');
  return isSaid ? { text, html } : { text: inside.text ?? text, html: inside.html ?? html };
}

function textIn(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function feed(parser: MailParser, source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of source) {
    if (parser.destroyed) return;
    if (!parser.write(chunk)) await roomIn(parser);
  }
  parser.end();
}

function roomIn(parser: MailParser): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      parser.off('drain', done).off('close', done);
      resolve();
    };
    parser.on('drain', done).on('close', done);
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a file could not be handed on', { cause: error });
}

function mailOf(gathered: Gathered, hash: ContentHash): ReadMail {
  const { headers, files, machine, returned } = gathered;
  const content = contentOf(gathered.text, gathered.html);
  const subject = headerText(headers.last('subject'));
  const [from] = mailboxes(headers.all('from').slice(-1));
  const [sender] = mailboxes(headers.all('sender').slice(-1));
  const [to, cc] = [mailboxes(headers.all('to')), mailboxes(headers.all('cc'))];
  const text = gathered.text ?? content.text;
  const automatic = whyAutomatic(headers, from, subject);
  const report = readReport({ headers, subject, text, machine, returned });
  const writtenOn = headerDate(headers.last('date'));
  const ownMark = headers.first(OWN_MARK_HEADER);
  const contentHash = hash.digest(headers);
  return {
    messageId:
      messageIds(headers.all('message-id')).at(-1) ?? `${contentHash.slice(0, 32)}@no-message-id.invalid`,
    contentHash,
    inReplyTo: messageIds(headers.all('in-reply-to')),
    references: messageIds(headers.all('references')),
    ...(from && { from }),
    ...(sender && { sender }),
    replyTo: mailboxes(headers.all('reply-to').slice(-1)),
    ...{ to, cc, recipients: recipientsIn(headers, [...to, ...cc]) },
    subject,
    ...(writtenOn && { writtenOn }),
    ...withoutUndefined({
      text: content.text,
      quoted: content.quoted,
      signature: content.signature,
      html: content.html,
    }),
    ...{ isHtmlCut: content.isHtmlCut, remoteImages: content.remoteImages },
    ...(automatic === undefined ? {} : { automatic }),
    ...(report && { report }),
    authentication: authentications(headers.all('authentication-results')),
    ...(ownMark === undefined ? {} : { ownMark }),
    loops: headers.all(LOOP_HEADER).slice(0, 50),
    files: files.map((file) => shownInline(file, content.html)),
    notes: [...gathered.notes, ...content.notes],
  };
}

// What the HTML does not show is a file like any other.
function shownInline(file: MailFile, html: string | undefined): MailFile {
  const { contentId, ...rest } = file;
  return contentId !== undefined && html?.includes(`"cid:${contentId}"`) ? file : rest;
}

const DELIVERED = [
  'delivered-to',
  'x-original-to',
  'x-delivered-to',
  'envelope-to',
  'x-envelope-to',
  'x-forwarded-to',
  'apparently-to',
  'resent-to',
];

function recipientsIn(headers: MailHeaders, named: readonly Mailbox[]): string[] {
  const delivered = DELIVERED.flatMap((name) => mailboxes(headers.all(name).slice(0, 20)));
  return [...new Set([...named, ...delivered].map(({ address }) => address))];
}

interface Words {
  readonly text: string;
  readonly quoted?: string;
  readonly signature?: string;
  readonly html?: string;
}

function withoutUndefined(words: { [Key in keyof Words]: Words[Key] | undefined } & { text: string }): Words {
  const { text, quoted, signature, html } = words;
  return {
    text,
    ...(quoted === undefined ? {} : { quoted }),
    ...(signature === undefined ? {} : { signature }),
    ...(html === undefined ? {} : { html }),
  };
}
