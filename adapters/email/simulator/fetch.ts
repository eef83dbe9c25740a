import type { FiledMail } from './folders';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const BODY = /^BODY(?:\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?$/;

/** The data of one mail that FETCH asks for, as bytes in latin1; undefined where it asks for something that is not known here. */
export function fetched(mail: FiledMail, wanted: readonly string[]): string | undefined {
  const parts = [`UID ${mail.uid}`];
  for (const item of wanted.map((one) => one.toUpperCase())) {
    if (item === 'UID') continue;
    const part = partOf(mail, item);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return `(${parts.join(' ')})`;
}

function partOf({ raw, arrivedOn }: FiledMail, item: string): string | undefined {
  if (item === 'FLAGS') return 'FLAGS ()';
  if (item === 'RFC822.SIZE') return `RFC822.SIZE ${raw.byteLength}`;
  if (item === 'INTERNALDATE') return `INTERNALDATE "${dateTime(arrivedOn)}"`;
  const body = BODY.exec(item);
  if (!body) return undefined;
  const [, start, length] = body;
  const bytes = start === undefined ? raw : raw.subarray(Number(start), Number(start) + Number(length));
  const origin = start === undefined ? '' : `<${start}>`;
  return `BODY[]${origin} {${bytes.byteLength}}\r\n${bytes.toString('latin1')}`;
}

// RFC 3501 9, date-time: the day has two places.
function dateTime(at: Date): string {
  const day = String(at.getUTCDate()).padStart(2, ' ');
  return `${day}-${MONTHS[at.getUTCMonth()]}-${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} +0000`;
}
