import { decodeCodepage, decodeUnlabelled } from './charset';
import { unpackRtf } from './lzfu';
import { type Property, propertiesOf } from './mapi';
import { readRtf } from './rtf';

/** A `winmail.dat`, Outlook's own wrapping (MS-OXTNEF). */
export interface Tnef {
  readonly files: readonly TnefFile[];
  /** What the mail says, where it says it in there. */
  readonly body: MailBody;
}

export interface TnefFile {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface MailBody {
  readonly text?: string;
  readonly html?: string;
}

const SIGNATURE = 0x223e9f78;
const LEVEL_ATTACHMENT = 2;
const MOST_FILES = 100;
/** Attributes. */
const ATTACH_RENDERING = 0x9002;
const ATTACH_TITLE = 0x8010;
const ATTACH_DATA = 0x800f;
const ATTACHMENT = 0x9005;
const MESSAGE = 0x9003;
const CODEPAGE = 0x9007;
const BODY = 0x800c;
/** Properties. */
const LONG_NAME = 0x3707;
const PLAIN_BODY = 0x1000;
const RTF_BODY = 0x1009;
const HTML_BODY = 0x1013;
const HTML_CODEPAGE = 0x3fde;
const UNICODE = 0x1f;

/** What is in a TNEF stream; as much as can be read of one that is damaged. */
export function readTnef(bytes: Uint8Array): Tnef {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 6 || view.readUInt32LE(0) !== SIGNATURE) return { files: [], body: {} };
  const files: OpenFile[] = [];
  const message = new Map<number, Buffer>();
  for (const attribute of attributesOf(view)) {
    if (attribute.level !== LEVEL_ATTACHMENT) {
      message.set(attribute.id, attribute.data);
      continue;
    }
    // Each file begins with how it is shown.
    if (attribute.id === ATTACH_RENDERING) files.push({ name: '', data: new Uint8Array() });
    if (files.length > MOST_FILES) break;
    note(files.at(-1), attribute);
  }
  return { files: files.filter((file) => file.data.length > 0), body: bodyOf(message) };
}

interface OpenFile {
  name: string;
  data: Uint8Array;
}

function note(file: OpenFile | undefined, { id, data }: Attribute): void {
  if (!file) return;
  if (id === ATTACH_TITLE) file.name ||= textOf(data);
  else if (id === ATTACH_DATA) file.data = data;
  else if (id === ATTACHMENT) file.name = longName(data) || file.name;
}

function longName(data: Buffer): string | undefined {
  const name = propertiesOf(data).get(LONG_NAME);
  return name && wordsOf(name, undefined);
}

/** Plain text and HTML as they are there; RTF only where neither is. */
function bodyOf(message: ReadonlyMap<number, Buffer>): MailBody {
  const properties = propertiesOf(message.get(MESSAGE) ?? Buffer.alloc(0));
  const codepage = numberIn(message.get(CODEPAGE));
  const words = (id: number, page = codepage) => {
    const property = properties.get(id);
    const said = property ? wordsOf(property, page) : '';
    return said.trim() === '' ? undefined : said;
  };
  const html = words(HTML_BODY, numberIn(properties.get(HTML_CODEPAGE)?.data) ?? codepage);
  const plain = message.get(BODY);
  const text = words(PLAIN_BODY) ?? (plain && wordsOf({ type: 0x1e, data: plain }, codepage));
  if (html !== undefined) return { html, ...(text === undefined ? {} : { text }) };
  const packed = properties.get(RTF_BODY);
  const rtf = packed && unpackRtf(packed.data);
  const said = rtf === undefined ? {} : readRtf(rtf);
  return { ...said, ...(text?.trim() ? { text } : {}) };
}

function numberIn(data: Buffer | undefined): number | undefined {
  return data && data.length >= 4 ? data.readUInt32LE() : undefined;
}

function wordsOf({ type, data }: Property, codepage: number | undefined): string {
  if (type === UNICODE) return data.toString('utf16le').replace(/\0.*$/s, '').toWellFormed();
  return textOf(data, codepage);
}

function textOf(data: Buffer, codepage?: number): string {
  const end = data.indexOf(0);
  const said = data.subarray(0, end < 0 ? data.length : end);
  return codepage === undefined ? decodeUnlabelled(said) : decodeCodepage(said, codepage);
}

interface Attribute {
  readonly level: number;
  readonly id: number;
  readonly data: Buffer;
}

function* attributesOf(view: Buffer): Generator<Attribute> {
  let at = 6;
  while (at + 11 <= view.length) {
    const level = view.readUInt8(at);
    const id = view.readUInt16LE(at + 1);
    const length = view.readUInt32LE(at + 5);
    const start = at + 9;
    if (start + length > view.length) return;
    yield { level, id, data: view.subarray(start, start + length) };
    at = start + length + 2; // a checksum follows
  }
}
