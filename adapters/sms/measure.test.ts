import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { measure } from './measure';

describe('how a message counts', () => {
  const measured = (text: string) => measure({ text, media: [] });

  test.each([
    ['', 0, undefined],
    ['a'.repeat(160), 1, 'GSM-7'],
    ['a'.repeat(161), 2, 'GSM-7'],
    ['€'.repeat(80), 1, 'GSM-7'],
    ['€'.repeat(81), 2, 'GSM-7'],
    ['it’s', 1, 'UCS-2'],
    ['👍'.repeat(35), 1, 'UCS-2'],
    ['👍'.repeat(36), 2, 'UCS-2'],
  ])('%j', (text, count, encoding) => {
    expect(measured(text)).toEqual({ unit: 'segments', count, ...(encoding && { encoding }) });
  });

  test('with media it is one MMS', () => {
    const media = [{ url: '', mimeType: 'image/png', name: '', open: () => Promise.reject(new Error('no')) }];
    expect(measure({ text: 'a'.repeat(500), media })).toEqual({ unit: 'mms', count: 1 });
  });
});

test('counts as the library does, whatever the text is made of', () => {
  const gsm = fc.constantFrom(...'aZ09 @£è\n_ΦΩ!?§à', '€', '{', '^', 'ç', '’', '👍', '\r');
  const texts = fc.array(gsm, { minLength: 1, maxLength: 400 }).map((characters) => characters.join(''));
  const plain = fc.stringMatching(/^[a-zA-Z0-9 @£è\n_ΦΩ!?§à]{1,500}$/);
  fc.assert(
    fc.property(fc.oneof(plain, texts), (text) => {
      const { segmentsCount, encodingName } = new SegmentedMessage(text);
      expect(measure({ text, media: [] })).toEqual({
        unit: 'segments',
        count: segmentsCount,
        encoding: encodingName,
      });
    }),
    { numRuns: 60 },
  );
});
