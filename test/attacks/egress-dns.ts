import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIP } from 'node:net';

/** What a name server says of a name: its addresses, that there is no such name, or nothing at all. */
export type DnsAnswer = readonly string[] | 'no such name' | 'silence';

/** A name server on loopback that says what a test wants. */
export interface TestDns {
  /** As a resolver takes it. */
  readonly server: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, 4 | 6>> = { 1: 4, 28: 6 };
const HEADER_BYTES = 12;

/** Answers questions for A and AAAA; `answer` is asked each time, so that it can change its mind. */
export async function startDns(answer: (name: string) => DnsAnswer): Promise<TestDns> {
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, end } = readName(query);
    const family = TYPES[query.readUInt16BE(end)];
    const said = answer(name);
    if (said === 'silence') return;
    const addresses = said === 'no such name' ? [] : said.filter((address) => isIP(address) === family);
    const question = query.subarray(HEADER_BYTES, end + 4);
    socket.send(
      reply(query, { question, addresses, exists: said !== 'no such name' }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

// RFC 1035 4.1.2: labels, each behind its length, up to an empty one.
function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

interface Reply {
  readonly question: Buffer;
  readonly addresses: readonly string[];
  readonly exists: boolean;
}

function reply(query: Buffer, { question, addresses, exists }: Reply): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const data = bytesOf(address);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0); // the name of the question
    record.writeUInt16BE(data.length === 4 ? 1 : 28, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(0, 6); // not to be kept
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([header, question, ...records]);
}

function bytesOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => '0');
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
