import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isVerified } from './reading/authentication';
import { cutHtml, safeHtml } from './reading/html';
import type { ReadMail } from './reading/mail';
import { readMail } from './reading/read-mail';
import { type Reply, splitReply } from './reading/reply';

const FIXTURES = path.join(__dirname, 'fixtures');
const read = (...parts: readonly string[]) => readFileSync(path.join(FIXTURES, ...parts));
const json = (...parts: readonly string[]): Record<string, never> =>
  JSON.parse(read(...parts).toString('utf8'));
const squeezed = (words: string) => words.replace(/\s+/g, '');
const say = (line: string) => process.stdout.write(`${line}\n`);

async function parsed(raw: Uint8Array): Promise<ReadMail> {
  async function* source() {
    for (let at = 0; at < raw.length; at += 65_536) yield raw.subarray(at, at + 65_536);
  }
  return readMail(source(), async (_, body) => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.byteLength;
    return bytes;
  });
}

/** What is known of a reply and is not so. */
function broken(fact: Readonly<Record<string, unknown>>, reply: Reply): string[] {
  const hidden = `${reply.quoted ?? ''}${reply.signature ?? ''}`;
  const checks: readonly (readonly [name: string, holds: (words: string) => boolean])[] = [
    ['visibleStartsWith', (words) => reply.text.startsWith(words)],
    ['firstFragmentStartsWith', (words) => reply.text.startsWith(words)],
    ['visibleContains', (words) => reply.text.includes(words)],
    ['firstFragmentContains', (words) => reply.text.includes(words)],
    ['quotedContains', (words) => reply.quoted?.includes(words) === true],
    ['hiddenContains', (words) => hidden.includes(words)],
  ];
  const said = (name: string) => [fact[name] ?? []].flat().map(String);
  return checks.flatMap(([name, holds]) => said(name).filter((words) => !holds(words)));
}

describe('replies of real mail programs', () => {
  test('what is new in a text is found', () => {
    const { visibleText, facts } = json('replies-github', 'expected.json') as unknown as {
      visibleText: Record<string, string>;
      facts: Record<string, Record<string, unknown>>;
    };
    const wrong: string[] = [];
    for (const [file, expected] of Object.entries(visibleText)) {
      const { text } = splitReply(read('replies-github', 'fixtures', file).toString('utf8'));
      if (squeezed(text) !== squeezed(expected)) wrong.push(file);
    }
    const total = Object.keys(visibleText).length;
    say(`replies (github): ${total - wrong.length} of ${total} exactly right ${wrong.join(' ')}`);
    expect(wrong).toEqual([]);
    for (const [file, fact] of Object.entries(facts)) {
      const reply = splitReply(read('replies-github', 'fixtures', file).toString('utf8'));
      expect(reply.text.trim()).not.toBe('');
      expect([file, broken(fact, reply)]).toEqual([file, []]);
    }
  });

  test('what is new in mails and in HTML is found', async () => {
    const expected = json('replies-talon', 'expected.json') as unknown as Record<string, string>;
    const wrong: string[] = [];
    for (const [file, words] of Object.entries(expected)) {
      const want = squeezed(words.replace(/\(compare.*\)/, ''));
      const raw = read('replies-talon', file);
      const { text, signature = '' } = file.endsWith('.eml')
        ? await parsed(raw)
        : splitReply(
            safeHtml(raw.toString('utf8'))
              .lines.map((line) => line.text)
              .join('\n'),
          );
      if (squeezed(text + signature) !== want) wrong.push(file);
    }
    const total = Object.keys(expected).length;
    say(`replies (talon): ${total - wrong.length} of ${total} exactly right ${wrong.join(' ')}`);
    // One mail is flowed against RFC 3676 4.5: its quotation and its answer are one line before we see them.
    expect(wrong.length).toBeLessThanOrEqual(1);
  });

  test('HTML is cut where its text is', () => {
    const raw = read('replies-talon', 'html_replies', 'gmail.html').toString('utf8');
    const safe = safeHtml(raw);
    const { keptLines, text } = splitReply(safe.lines.map((line) => line.text).join('\n'));
    const kept = safeHtml(cutHtml(safe, keptLines ?? 0));
    expect(squeezed(kept.lines.map((line) => line.text).join(''))).toBe(squeezed(text));
    expect(kept.html.length).toBeLessThan(safe.html.length);
  });
});

describe('texts that were written to hang a reader', () => {
  test.each<readonly [string, (size: number) => string]>([
    ['line breaks', (size) => '\n'.repeat(size)],
    ['dashes', (size) => '-'.repeat(size)],
    ['quotation marks', (size) => '> '.repeat(size / 2)],
    ['lines that begin like an attribution', (size) => 'On 2026-01-01 at 10:00, x\n'.repeat(size / 26)],
    ['colons', (size) => 'From: x:'.repeat(size / 8)],
  ])('four times as many %s take four times as long', (_, textOf) => {
    const once = cpuMsOf(textOf(250_000));
    const fourTimes = cpuMsOf(textOf(1_000_000));
    // Where time grows by the square it would be sixteen times; the milliseconds are for a clock that is coarse.
    expect(fourTimes).toBeLessThan(8 * once + 10);
  });
});

/** The best of a few: what others do on this machine does not count. */
function cpuMsOf(text: string): number {
  const took = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    splitReply(text);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...took);
}

interface Bounce {
  readonly hardbounce: number;
  readonly reason: string;
}

function judgedAs(
  { report, automatic }: ReadMail,
  expected: Bounce | undefined,
): 'right' | 'missed' | 'misjudged' {
  if (expected?.reason === 'vacation') return !report && automatic !== undefined ? 'right' : 'missed';
  if (!report) return 'missed';
  const isRight =
    expected?.reason === 'feedback'
      ? ['complaint', 'other'].includes(report.kind)
      : report.recipients.some(({ isPermanent }) => isPermanent) === (expected?.hardbounce === 1);
  return isRight ? 'right' : 'misjudged';
}

describe('bounces, complaints and absence notes of some sixty systems', () => {
  test('are told from other mail, and dead addresses from full mailboxes', async () => {
    type Expected = readonly Bounce[];
    const expected = json('bounces', 'expected.json') as unknown as Record<string, Expected>;
    const missed: string[] = [];
    const misjudged: string[] = [];
    for (const [file, [first]] of Object.entries(expected)) {
      const verdict = judgedAs(await parsed(read('bounces', 'eml', file)), first);
      if (verdict === 'missed') missed.push(file);
      else if (verdict === 'misjudged') misjudged.push(file);
    }
    const total = Object.keys(expected).length;
    const judged = total - missed.length - misjudged.length;
    say(
      `bounces: ${total - missed.length} of ${total} told from other mail (${missed.join(' ')}), ${judged} with their weight`,
    );
    expect((total - missed.length) / total).toBeGreaterThanOrEqual(0.95);
    expect(judged / total).toBeGreaterThanOrEqual(0.85);
  });

  test('real mail of people is no report', async () => {
    const mails = ['replies-talon/standard_replies', 'mime-mikel/plain_emails', 'mime-mikel/rfc2822'];
    for (const folder of mails)
      for (const file of readdirSync(path.join(FIXTURES, folder)).filter((name) => name.endsWith('.eml')))
        expect([file, (await parsed(read(folder, file))).report]).toEqual([file, undefined]);
  });
});

interface Fact {
  readonly on: string;
  readonly expect: string;
}

function checkFacts(mail: ReadMail, facts: readonly Fact[]) {
  const found: Readonly<Record<string, readonly (string | undefined)[]>> = {
    'mail.from': [mail.from?.address],
    'mail.to': mail.to.map(({ address }) => address),
    'mail.cc': mail.cc.map(({ address }) => address),
    'mail.message_id': [mail.messageId],
    'mail.subject': [mail.subject],
  };
  return facts.flatMap(({ on, expect: words }) => {
    const quoted = [...words.matchAll(/["']([^"']+)["']/g)].map(([, value = '']) => value);
    const values = found[on];
    if (!values || !words.startsWith('eq') || quoted.length === 0) return [];
    return [{ on, holds: isSameList(quoted, values) }];
  });
}

function isSameList(expected: readonly string[], found: readonly (string | undefined)[]): boolean {
  const plain = (values: readonly (string | undefined)[]) =>
    values.map((value) => value?.trim().toLowerCase());
  return JSON.stringify(plain(expected)) === JSON.stringify(plain(found));
}

describe('mail of all kinds', () => {
  test('is read without a fault, and as its writers meant it', async () => {
    const files = readdirSync(FIXTURES, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.eml'));
    const failures: string[] = [];
    for (const file of files) {
      const started = performance.now();
      await parsed(read(file)).catch((error: unknown) => failures.push(`${file}: ${String(error)}`));
      expect([file, performance.now() - started < 2_500]).toEqual([file, true]);
    }
    say(`mails read: ${files.length - failures.length} of ${files.length}`);
    expect(failures).toEqual([]);
  }, 60_000);

  test('senders, recipients, ids and subjects are what is known of them', async () => {
    const facts = json('mime-mikel', 'expected-facts.json') as unknown as Record<string, readonly Fact[]>;
    const wrong: string[] = [];
    let checked = 0;
    for (const [file, expected] of Object.entries(facts).filter(([name]) => name.endsWith('.eml'))) {
      const results = checkFacts(await parsed(read('mime-mikel', file)), expected);
      checked += results.length;
      wrong.push(...results.filter(({ holds }) => !holds).map(({ on }) => `${file} ${on}`));
    }
    say(`facts: ${checked - wrong.length} of ${checked} (${wrong.join(', ')})`);
    expect(checked).toBeGreaterThan(40);
    expect((checked - wrong.length) / checked).toBeGreaterThanOrEqual(0.85);
  });
});

const ACTS = /^(?:script|style|iframe|object|embed|form|input|svg|math|link|meta|base|template|noscript)$/i;
const FOREIGN = /(?:href|src)="(?!https?:|mailto:|tel:|cid:)/i;

function isDangerous(html: string): boolean {
  return [...html.matchAll(/<\/?([^\s>/]+)([^>]*)>/g)].some(
    ([, tag = '', attributes = '']) =>
      ACTS.test(tag) ||
      /\son\w+\s*=/i.test(attributes.replace(/"[^"]*"/g, '""')) ||
      FOREIGN.test(attributes) ||
      /(?:expression|url)\s*\(|position\s*:/i.test(attributes),
  );
}

describe('hostile HTML', () => {
  test('keeps nothing that could act', () => {
    const payloads = json('xss-dompurify', 'payloads.json') as unknown as readonly {
      readonly payload: string;
    }[];
    const dangerous: string[] = [];
    for (const { payload } of payloads) {
      const { html } = safeHtml(payload);
      if (isDangerous(html)) dangerous.push(`${payload} -> ${html}`);
    }
    say(`hostile HTML: ${payloads.length - dangerous.length} of ${payloads.length} harmless`);
    expect(dangerous).toEqual([]);
  });

  test('shows no pictures of foreign servers', () => {
    const safe = safeHtml(
      '<img src="https://tracker.example/1.gif"><img src="cid:a@b"><p style="background:url(https://t.example)">x</p>',
    );
    expect(safe).toMatchObject({ html: '<img /><img src="cid:a@b" /><p>x</p>', remoteImages: 1 });
  });
});

test('only the topmost results of a trusted server count', () => {
  const results = [
    { server: 'mx.shop.example', dmarc: 'fail' },
    { server: 'mx.shop.example', dmarc: 'pass' },
  ];
  expect(isVerified(results, ['mx.shop.example'])).toBe(false);
  expect(isVerified(results.slice(1), ['mx.shop.example'])).toBe(true);
  expect(isVerified(results.slice(1), ['other.example'])).toBeUndefined();
});
