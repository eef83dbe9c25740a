import { ar } from './ar';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { he } from './he';
import { it as italian } from './it';
import { ja } from './ja';
import { fill, LANGUAGES, languageFor } from './language';
import { nl } from './nl';
import { pl } from './pl';
import { pt } from './pt';
import { tr } from './tr';
import { zh } from './zh';

const all = { ar, de, en, es, fr, he, it: italian, ja, nl, pl, pt, tr, zh };
const namesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test('every language that is offered is there', () => {
  expect(new Set(Object.keys(all))).toEqual(new Set(LANGUAGES));
});

test.each(Object.entries(all))('%s says all, and puts in what English puts in', (_code, texts) => {
  expect(Object.keys(texts)).toEqual(Object.keys(en));
  for (const [key, text] of Object.entries(texts)) {
    expect(text.trim()).not.toBe('');
    expect({ [key]: namesIn(text) }).toEqual({ [key]: namesIn(en[key as keyof typeof en]) });
  }
});

test('the first wish that can be met is met, with its region', () => {
  expect(languageFor([undefined, 'xx', 'de-AT', 'fr'])).toEqual({
    code: 'de',
    tag: 'de-AT',
    direction: 'ltr',
  });
  expect(languageFor(['ar-EG'])).toMatchObject({ code: 'ar', direction: 'rtl' });
  expect(languageFor(['de_not-a-tag!', '', 'constructor'])).toEqual({
    code: 'en',
    tag: 'en',
    direction: 'ltr',
  });
});

test('the region of the browser is kept where the page names none', () => {
  expect(languageFor(['en', 'fr-FR', 'en-GB'])).toMatchObject({ code: 'en', tag: 'en-GB' });
});

test('what is put in is never looked at again', () => {
  expect(fill('{name}: {text}', { name: '{text}', text: '$&' })).toBe('{text}: $&');
});
