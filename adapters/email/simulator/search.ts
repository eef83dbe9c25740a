import type { FiledMail } from './folders';
import { headerOf } from './mail-headers';
import type { Word } from './read-commands';

type Test = (mail: FiledMail) => boolean;

/** The mails that a SEARCH is for; undefined where it asks for something that is not known here. */
export function search(mails: readonly FiledMail[], words: readonly Word[]): FiledMail[] | undefined {
  const tests: Test[] = [];
  const left = words.map(String);
  while (left.length > 0) {
    const test = KEYS[left.shift()?.toUpperCase() ?? '']?.(() => left.shift() ?? '');
    if (!test) return undefined;
    tests.push(test);
  }
  return mails.filter((mail) => tests.every((test) => test(mail)));
}

// RFC 3501 6.4.4; each takes its own arguments.
const KEYS: Readonly<Record<string, (next: () => string) => Test>> = {
  ALL: () => () => true,
  HEADER: (next) => {
    const [name, value] = [next(), next()];
    return ({ raw }) => includes(headerOf(raw, name), value);
  },
  TO: (next) => {
    const value = next();
    return ({ raw }) => includes(headerOf(raw, 'to'), value);
  },
  SINCE: (next) => {
    const since = new Date(`${next()} UTC`);
    return ({ arrivedOn }) => arrivedOn >= since;
  },
};

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The mails of a set of UIDs such as `3,5:*`; RFC 3501 6.4.8: `*` is the last one, also where a range begins behind it. */
export function ofSet(mails: readonly FiledMail[], set: string): FiledMail[] {
  const last = mails.at(-1)?.uid ?? 0;
  const ranges = set.split(',').map((range) => {
    const ends = range.split(':').map((end) => (end === '*' ? last : Number(end)));
    return [Math.min(...ends), Math.max(...ends)] as const;
  });
  return mails.filter(({ uid }) => ranges.some(([from, to]) => uid >= from && uid <= to));
}
