const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_CHUNKS = Buffer.from('\r\n0\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/** How many bytes the answer at the start of these has; undefined until all of them are there. */
export function sizeOfAnswer(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf(END_OF_HEAD);
  if (headEnd < 0) return undefined;
  const bodyStart = headEnd + END_OF_HEAD.length;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = LENGTH.exec(head)?.[1];
  if (length !== undefined) return whole(bytes, bodyStart + Number(length));
  if (!CHUNKED.test(head)) return bodyStart;
  // An empty chunked body has no line end of its own before its last chunk: that of the head stands for it.
  const end = bytes.indexOf(END_OF_CHUNKS, headEnd + 2);
  return end < 0 ? undefined : end + END_OF_CHUNKS.length;
}

function whole(bytes: Buffer, size: number): number | undefined {
  return bytes.length < size ? undefined : size;
}

/** `HTTP/1.1 200 OK`: the status stands at a fixed place. */
export function statusOfAnswer(bytes: Buffer): number {
  return Number(bytes.toString('latin1', 9, 12));
}
