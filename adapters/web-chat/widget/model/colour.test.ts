import { contrastOf, paletteOf } from './colour';

const COLOURS = ['#000', '#fff', '#0b5fff', '#ffd400', '#7f7f7f', '#e11d48', '#22c55e', '#808000', 'red', ''];

test.each(COLOURS)('whatever colour %j a business has, everything can be read', (colour) => {
  for (const [theme, surface, raised] of [
    ['light', '#ffffff', '#f1f2f5'],
    ['dark', '#17181c', '#272a31'],
  ] as const) {
    const { accent, onAccent, accentText, accentEdge } = paletteOf(colour, theme);
    expect(contrastOf(accent, onAccent)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(surface, accentText)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(raised, accentText)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(surface, accentEdge)).toBeGreaterThanOrEqual(3);
  }
});

test('a colour that is good as it is stays as it is', () => {
  expect(paletteOf('#0b5fff', 'light')).toMatchObject({
    accent: '#0b5fff',
    onAccent: '#ffffff',
    accentEdge: '#0b5fff',
  });
});

test('contrast is counted as WCAG does', () => {
  expect(contrastOf('#000', '#fff')).toBeCloseTo(21, 5);
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
