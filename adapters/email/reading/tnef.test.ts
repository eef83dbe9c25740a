import { unpackRtf } from './lzfu';
import { readTnef } from './tnef';
import { readWhole } from './whole';

// MS-OXTNEF 2.1: a signature and a key, then attributes of a level, an id, a length, the data and a checksum.
function tnef(attributes: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32LE(0x223e9f78);
  return Buffer.concat([head, ...attributes]);
}

function attribute(level: number, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level);
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0));
  return Buffer.concat([head, data, checksum]);
}

const MESSAGE = 1;
const FILE = 2;
const SUBJECT = 0x00018004;
const RENDERING = 0x00069002;
const TITLE = 0x00018010;
const DATA = 0x0006800f;
const PROPERTIES = 0x00069005;

// One property of MAPI: PidTagAttachLongFilename, in Unicode.
function longName(name: string): Buffer {
  const text = Buffer.from(`${name}\0`, 'utf16le');
  return properties([variable(0x3707001f, text)]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

const properties = (all: readonly Buffer[]) => Buffer.concat([numbers(all.length), ...all]);

function variable(tag: number, data: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (data.length % 4)) % 4);
  return Buffer.concat([numbers(tag, 1, data.length), data, padding]);
}

const file = (title: string, data: string, more: readonly Buffer[] = []) => [
  attribute(FILE, RENDERING, Buffer.alloc(14)),
  attribute(FILE, TITLE, Buffer.from(`${title}\0`, 'latin1')),
  attribute(FILE, DATA, Buffer.from(data)),
  ...more,
];

const said = (bytes: Uint8Array) =>
  readTnef(bytes).files.map(({ name, data }) => [name, Buffer.from(data).toString()]);

test('the files of a winmail.dat have their data and their long names', () => {
  const bytes = tnef([
    attribute(MESSAGE, SUBJECT, Buffer.from('Offer\0')),
    ...file('OFFER~1.TXT', 'one', [attribute(FILE, PROPERTIES, longName('Offer für Zoë.txt'))]),
    ...file('b\u00fcro.csv', 'two'),
  ]);
  expect(said(bytes)).toEqual([
    ['Offer für Zoë.txt', 'one'],
    ['büro.csv', 'two'],
  ]);
});

test('of one that breaks off, what came before is read; and of one that lies about its lengths nothing more', () => {
  const whole = tnef([...file('a.txt', 'one'), ...file('b.txt', 'two')]);
  expect(said(whole.subarray(0, whole.length - 3))).toEqual([['a.txt', 'one']]);
  const liar = Buffer.from(whole);
  liar.writeUInt32LE(0xffffffff, 6 + 5);
  expect(said(liar)).toEqual([]);
  expect(said(Buffer.from('no TNEF at all'))).toEqual([]);
});

// MS-OXRTFCP 3.1.1 and 3.1.2: the examples of the specification.
const HELLO =
  '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
const REPEATED = '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0';
// Not compressed: the sizes, "MELA", no checksum, the text.
const plain = (rtf: string) =>
  Buffer.concat([numbers(rtf.length + 12, rtf.length, 0x414c454d, 0), Buffer.from(rtf, 'latin1')]);
const mail = (all: readonly Buffer[], more: readonly Buffer[] = []) =>
  readTnef(tnef([...more, attribute(MESSAGE, 0x00069003, properties(all))])).body;
const ofRtf = (rtf: string) => mail([variable(0x10090102, plain(rtf))]);

test('what a mail says in its winmail.dat is unpacked as the specification does it', () => {
  expect(unpackRtf(Buffer.from(HELLO, 'hex'))).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
  expect(unpackRtf(Buffer.from(REPEATED, 'hex'))).toBe('{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}');
  expect(mail([variable(0x10090102, Buffer.from(HELLO, 'hex'))])).toEqual({ text: 'hello world' });
  expect(unpackRtf(Buffer.from(REPEATED, 'hex').subarray(0, 20))).toMatch(/^\{\\rtf1/);
});

test('what a mail says in its winmail.dat is the text of an RTF, whatever its letters are', () => {
  const fonts = '{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fswiss\\fcharset204 Arial CYR;}}';
  const rtf = `{\\rtf1\\ansi\\ansicpg1252${fonts}{\\colortbl;\\red1;}{\\*\\generator Riched;}
\\pard\\f0 Gr\\'fc\\'dfe \\u8364? \\{a\\\\b\\}\\par\\f1\\'cf\\'f0\\'e8\\f0  {\\b fat}\\tab end\\par}`;
  expect(ofRtf(rtf)).toEqual({ text: 'Gr\u00fc\u00dfe \u20ac {a\\b}\n\u041f\u0440\u0438 fat\tend' });
});

test('what a mail says in its winmail.dat is the HTML that an RTF was made of', () => {
  const rtf = `{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\fonttbl{\\f0\\fswiss Arial;}}
{\\*\\htmltag64 <p class="a\\'22">}\\htmlrtf \\par {\\b \\htmlrtf0 Caf\\'e9 {\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0  tea\\htmlrtf }\\htmlrtf0
{\\*\\htmltag72 </p>}{\\*\\mhtmltag1 <ignored>}}`;
  expect(ofRtf(rtf)).toEqual({ html: '<p class="a"">Caf\u00e9 &amp; tea</p>' });
});

test('what a mail says in its winmail.dat is its text and its HTML, in the code page that it names', () => {
  const page = attribute(MESSAGE, 0x00069007, numbers(1251, 0));
  const named = Buffer.concat([numbers(0x80000003), Buffer.alloc(16), numbers(0, 1, 7)]);
  const greeting = Buffer.from([0xcf, 0xf0, 0xe8, 0]);
  expect(mail([named, variable(0x1000001e, greeting)], [page])).toEqual({ text: '\u041f\u0440\u0438' });
  const html = variable(0x10130102, Buffer.from('<b>\u041f</b>'));
  expect(mail([Buffer.concat([numbers(0x3fde0003, 65_001)]), html], [page])).toEqual({
    html: '<b>\u041f</b>',
  });
  expect(readTnef(tnef([attribute(MESSAGE, 0x0002800c, Buffer.from('old\0'))])).body).toEqual({
    text: 'old',
  });
});

test('what a mail says in its winmail.dat is what can be read of it where it is damaged, and never more than fits', () => {
  expect(ofRtf('{'.repeat(100_000))).toEqual({ text: '' });
  expect(ofRtf('{\\rtf1 a\\u99999999999 b\\bin9999999 c')).toEqual({ text: expect.stringMatching(/^a/) });
  const liar = variable(0x10090102, plain('{\\rtf1 a}'));
  liar.writeUInt32LE(0xffffffff, 8);
  expect(mail([liar])).toEqual({});
  const bomb = Buffer.concat([numbers(0, 0xffffffff, 0x75465a4c, 0), Buffer.alloc(16, 0xff)]);
  expect(unpackRtf(bomb)?.length).toBeLessThan(1_000);
});

test('what a mail says in its winmail.dat is what the agent sees, where the mail has no other words', async () => {
  const winmail = tnef([
    attribute(MESSAGE, 0x00069003, properties([variable(0x10090102, plain('{\\rtf1 Call me}'))])),
  ]);
  const written = (text: string) =>
    [
      'From: ada@customer.example',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...['--b', 'Content-Type: text/plain', '', text],
      ...[
        '--b',
        'Content-Type: application/ms-tnef; name=winmail.dat',
        'Content-Transfer-Encoding: base64',
        '',
      ],
      ...[winmail.toString('base64'), '--b--', ''],
    ].join('\r\n');
  const read = async (text: string) => {
    const whole = await readWhole(Buffer.from(written(text)));
    return 'mail' in whole ? [whole.mail.text, whole.files.length] : whole;
  };
  expect(await read('')).toEqual(['Call me', 0]);
  expect(await read('I said it')).toEqual(['I said it', 0]);
});
