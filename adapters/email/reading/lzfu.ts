/** RTF as Outlook packs it (MS-OXRTFCP), or undefined for what is none; cut off where it would be too long. */
export function unpackRtf(packed: Uint8Array): string | undefined {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (bytes.length < HEADER_BYTES) return undefined;
  const kind = bytes.readUInt32LE(8);
  const body = bytes.subarray(HEADER_BYTES);
  const size = Math.min(bytes.readUInt32LE(4), MOST_BYTES);
  if (kind === PLAIN) return body.subarray(0, size).toString('latin1');
  return kind === COMPRESSED ? unpack(body, size).toString('latin1') : undefined;
}

const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c; // "LZFu"
const PLAIN = 0x414c454d; // "MELA"
const MOST_BYTES = 8 * 1024 * 1024;
const WINDOW = 4_096;

// MS-OXRTFCP 2.1.2.1: what every such text may refer to from its first byte on.
const KNOWN = [
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor ',
  'MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par ',
  '\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
].join('');

function unpack(body: Buffer, size: number): Buffer {
  const window = new Window(size);
  for (const token of tokensOf(body)) {
    if (window.isFull()) break;
    if (token < REFERENCE) window.put(token);
    else if (!window.repeat(token - REFERENCE)) break;
  }
  return window.said();
}

const REFERENCE = 0x10000;

/** Bytes, and references to what was said before; a byte with a bit for each says which of eight are what. */
function* tokensOf(body: Buffer): Generator<number> {
  let control = 0;
  for (let read = 0, count = 0; read < body.length; count += 1) {
    if (count % 8 === 0) control = body[read++] ?? 0;
    const width = 1 + ((control >> (count % 8)) & 1);
    if (read + width > body.length) return;
    const value = body.readUIntBE(read, width);
    yield width === 1 ? value : REFERENCE + value;
    read += width;
  }
}

/** What was said, and the last of it that may be referred to. */
class Window {
  private readonly last = Buffer.alloc(WINDOW, ' ');
  private at = this.last.write(KNOWN, 'latin1');
  private readonly out: Buffer;
  private written = 0;

  constructor(size: number) {
    this.out = Buffer.alloc(size);
  }

  put(byte: number): void {
    if (!this.isFull()) this.out[this.written++] = byte;
    this.last[this.at] = byte;
    this.at = (this.at + 1) % WINDOW;
  }

  /** Says again what was said; false for a reference to where the next byte goes, which is the end. */
  repeat(reference: number): boolean {
    const from = reference >> 4;
    if (from === this.at) return false;
    const length = (reference & 15) + 2;
    for (let step = 0; step < length; step += 1) this.put(this.last[(from + step) % WINDOW] ?? 0);
    return true;
  }

  isFull(): boolean {
    return this.written === this.out.length;
  }

  said(): Buffer {
    return this.out.subarray(0, this.written);
  }
}
