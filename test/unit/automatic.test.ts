import fc from 'fast-check';
import { dueAfter, isTooLate } from '../../core/model/automatic-due';
import { mayRepeat } from '../../core/model/automatic-repeat';
import { automaticRules } from '../../core/model/automatic-rules';
import { choiceId, ratingAnswer } from '../../core/model/satisfaction';
import { filled, nameOfPerson, unknownVariable } from '../../core/model/template';
import { textToHtml } from '../../core/model/text-to-html';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AT = Date.parse('2026-03-02T12:00:00Z');

describe('texts with variables', () => {
  test.each([
    ['Hello {{customerName}}, hi', {}, 'Hello, hi'],
    ['Hello {{customerName|there}}, hi', {}, 'Hello there, hi'],
    ['Hello {{ customerName }}!', { customerName: 'Kim' }, 'Hello Kim!'],
    ['Hello {{customerName}}!', {}, 'Hello!'],
    ['{{customerName}}, welcome', {}, 'welcome'],
    ['Hi {{customerName}} from {{teamName}}', { teamName: 'Sales' }, 'Hi from Sales'],
    ['{{agentName}}{{teamName}}', { agentName: 'A', teamName: 'B' }, 'AB'],
    ['Hi\n{{agentName}}', {}, 'Hi\n'],
    ['no {{ braces } here', {}, 'no {{ braces } here'],
  ])('%s', (template, values, expected) => {
    expect(filled(template, values)).toBe(expected);
  });

  test('a value is never read as a template, and stays on its line', () => {
    expect(filled('Hi {{customerName}}.', { customerName: '{{link}}\n\u202eevil', link: 'x' })).toBe(
      'Hi {{link}} evil.',
    );
  });

  test('an unknown variable is found by name', () => {
    expect(unknownVariable('Hi {{customerName}} {{custmerName}}')).toBe('custmerName');
    expect(unknownVariable('{{link}} {{openingTime|soon}}')).toBeUndefined();
  });

  test.each(['Kim Doe', 'Jürgen O’Neill', 'J. R. Tolkien', '山田 太郎'])('%s is a name', (name) => {
    expect(nameOfPerson(name)).toBe(name);
  });

  test.each(['buy at evil.example', 'http://x', 'a@b.c', '+447900900123', '<b>Kim</b>', 'x'.repeat(61), ' '])(
    '"%s" is none',
    (name) => {
      expect(nameOfPerson(name)).toBeUndefined();
    },
  );

  test('as HTML nothing of a text is markup, and its links can be followed', () => {
    expect(textToHtml('1 < 2 & "x"\nhttps://a.example/r?x=1&y=2.')).toBe(
      '1 &lt; 2 &amp; &quot;x&quot;<br>\n<a href="https://a.example/r?x=1&amp;y=2">https://a.example/r?x=1&amp;y=2</a>.',
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(textToHtml(text).replace(/<\/?a[^<>]*>|<br>/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });
});

describe('the rules of a team', () => {
  const settings = {
    ...{ welcomeMessage: { timeout: 5, text: 'Hi' }, emailRequest: { timeout: 9, text: 'Mail?' } },
    ...{ outOfHoursMessage: 'Closed', closeMessage: 'Bye', satisfaction: { question: 'How?' } },
    channels: { sms: { welcomeMessage: null, closeMessage: 'Bye.' } },
  };

  test('a channel has its own texts, App Messaging its published one, and mail asks for no address', () => {
    const appMessaging = { welcomeMessage: { timeout: 1, text: 'In the app' } };
    expect(automaticRules({ settings, appMessaging }, 'appMessaging').welcome?.text).toBe('In the app');
    expect(automaticRules({ settings, appMessaging }, 'fbMessenger').welcome).toEqual({
      ...{ afterMs: 5000, text: 'Hi' },
    });
    expect(automaticRules({ settings, appMessaging }, 'sms')).toMatchObject({
      ...{ welcome: undefined, close: 'Bye.' },
    });
    expect(automaticRules({ settings }, 'email').emailRequest).toBeUndefined();
  });

  test.each([
    [{}, undefined],
    [{ outOfHoursMessageEnabled: true }, 'outsideWorkingHours'],
    [{ outOfHoursMessageEnabled: true, outOfHoursWhen: 'never' }, undefined],
    [{ outOfHoursWhen: 'noAgentAvailable' }, 'noAgentAvailable'],
    [{ outOfHoursMessageEnabled: false, outOfHoursWhen: 'noAgentAvailable' }, undefined],
  ])('out of hours with %j is %s', (more, when) => {
    expect(automaticRules({ settings: { ...settings, ...more } }, 'sms').outOfHours?.when).toBe(when);
  });
});

describe('what is due', () => {
  const rules = automaticRules(
    {
      settings: {
        ...{ welcomeMessage: { timeout: 5, text: 'Hi' }, emailRequest: { timeout: 9, text: 'Mail?' } },
        ...{ outOfHoursMessage: 'Closed', outOfHoursMessageEnabled: true, holidays: ['2026-03-03'] },
      },
    },
    'sms',
  );
  const kinds = (at: number, isStart: boolean, text = 'hi') =>
    dueAfter(rules, { isStart, at, texts: [text] }).map(({ kind }) => kind);

  test('is decided by the beginning of the chat, the hours, and what was written', () => {
    expect(kinds(AT, true)).toEqual(['welcome', 'emailRequest']);
    expect(kinds(AT, false)).toEqual([]);
    expect(kinds(AT + DAY_MS, false)).toEqual(['outOfHours']);
    expect(kinds(AT, false, 'kim@home.example')).toEqual(['noteEmail']);
    expect(dueAfter(rules, { isStart: true, at: AT, texts: [] })[0]?.dueOn).toBe(AT + 5000);
  });

  test('is dropped when its moment has passed', () => {
    expect(isTooLate({ kind: 'welcome', dueOn: AT }, AT + 14 * 60_000)).toBe(false);
    expect(isTooLate({ kind: 'welcome', dueOn: AT }, AT + 16 * 60_000)).toBe(true);
  });
});

describe('the same again', () => {
  const last = { saidOn: AT, isAnswered: true, at: AT + 13 * HOUR_MS, repeatAfterMs: 12 * HOUR_MS };

  test.each([
    ['outOfHours', {}, true],
    ['outOfHours', { saidOn: undefined, isAnswered: false }, true],
    ['outOfHours', { at: AT + 11 * HOUR_MS }, false],
    ['outOfHours', { isAnswered: false }, false],
    ['outOfHours', { isAnswered: false, at: AT + 7 * DAY_MS }, true],
    ['warning', { at: AT + 1 }, true],
    ['warning', { at: AT + DAY_MS, isAnswered: false }, false],
    ['close', { at: AT + DAY_MS, isAnswered: false }, false],
    ['thanks', { at: AT + 1, isAnswered: false }, true],
  ] as const)('%s with %j: %s', (kind, more, expected) => {
    expect(mayRepeat(kind, { ...last, ...more })).toBe(expected);
  });

  test('however two machines take turns, each text is said once in a week', () => {
    const times = fc.array(fc.integer({ min: 1, max: 6 * DAY_MS }), { maxLength: 50 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: DAY_MS }), (waits, repeatAfterMs) => {
        let saidOn: number | undefined;
        let said = 0;
        for (const at of [...waits].sort((a, b) => a - b).map((wait) => AT + wait)) {
          if (!mayRepeat('outOfHours', { saidOn, isAnswered: false, at, repeatAfterMs })) continue;
          saidOn = at;
          said += 1;
        }
        expect(said).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('an answer to how it was', () => {
  const id = '0199c2f4-6a3e-7c11-9f27-5d0a4be1c001';

  test.each([
    [
      { choiceId: choiceId(id, 4), text: '★★★★' },
      { to: 'one', surveyId: id, rating: 4 },
    ],
    [{ text: ' 5. ' }, { to: 'last', rating: 5 }],
    [{ text: '5 stars' }, undefined],
    [{ text: '6' }, undefined],
    [{ text: '15' }, undefined],
    [{ choiceId: 'other:5', text: 'hello' }, undefined],
    [{}, undefined],
  ])('%j', (message, expected) => {
    expect(ratingAnswer(message)).toEqual(expected);
  });
});
