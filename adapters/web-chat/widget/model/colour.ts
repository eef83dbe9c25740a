/** The colours that follow from the account's own one; each pair keeps the contrast that WCAG 2.2 asks for. */
export interface Palette {
  readonly accent: string;
  /** For text and icons on the accent: 4.5 to 1 at least. */
  readonly onAccent: string;
  /** The accent as text on the panel's background and on answers: 4.5 to 1 at least. */
  readonly accentText: string;
  /** The accent as an edge or an icon on the panel's background: 3 to 1 at least. */
  readonly accentEdge: string;
}

type Rgb = readonly [red: number, green: number, blue: number];

const SURFACES = { light: '#ffffff', dark: '#17181c' } as const;
/** What answers stand on: nearer to their text than the panel is. */
const RAISED = { light: '#f1f2f5', dark: '#272a31' } as const;
const DEFAULT: Rgb = [79, 70, 229];
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [16, 17, 20];

/** Works the palette out; a colour that cannot be read gives the default. */
export function paletteOf(colour: string | undefined, theme: 'light' | 'dark'): Palette {
  const accent = parse(colour ?? '') ?? DEFAULT;
  const surface = parse(SURFACES[theme]) ?? WHITE;
  const raised = parse(RAISED[theme]) ?? WHITE;
  const towards = theme === 'light' ? INK : WHITE;
  return {
    accent: hex(accent),
    onAccent: hex(contrast(accent, WHITE) >= 4.5 ? WHITE : best(accent)),
    accentText: hex(until(accent, towards, (one) => contrast(one, raised) >= 4.6)),
    accentEdge: hex(until(accent, towards, (one) => contrast(one, surface) >= 3)),
  };
}

/** How far apart two colours are to the eye, from 1 to 21. */
export function contrastOf(one: string, other: string): number {
  return contrast(parse(one) ?? WHITE, parse(other) ?? WHITE);
}

function best(background: Rgb): Rgb {
  return contrast(background, WHITE) > contrast(background, INK) ? WHITE : INK;
}

/** Mixes in more and more of the other colour until it is enough. */
function until(from: Rgb, to: Rgb, isEnough: (colour: Rgb) => boolean): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = from.map((value, index) => value + ((to[index] ?? 0) - value) * share);
    const colour: Rgb = [mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0];
    if (isEnough(colour)) return colour;
  }
  return to;
}

function contrast(one: Rgb, other: Rgb): number {
  const [light = 1, dark = 1] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// WCAG 2.2, relative luminance
function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = Math.round(value) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(colour: string): Rgb | undefined {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour.trim())?.[1];
  if (digits === undefined) return undefined;
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  const value = Number.parseInt(long, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(colour: Rgb): string {
  return `#${colour.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
