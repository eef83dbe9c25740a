/** The language that the widget speaks. */
export interface Language {
  /** Which of ours. */
  readonly code: string;
  /** As a tag for dates and times: the region of the visitor's own is kept. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
}

/** Each is a file of its own, so that nobody loads what they do not read. */
export const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'he', 'it', 'ja', 'nl', 'pl', 'pt', 'tr', 'zh'];

const RIGHT_TO_LEFT = ['ar', 'he'];

/** The first of the wished languages that there is; English where there is none. */
export function languageFor(wished: readonly (string | undefined)[]): Language {
  const tags = wished.flatMap((tag) => (tag && isTag(tag) ? [tag] : []));
  const found = tags.find((tag) => LANGUAGES.includes(codeOf(tag))) ?? 'en';
  const code = codeOf(found);
  // A page that says "en" is read in Britain too, where the clock has 24 hours.
  const tag = tags.find((one) => one.includes('-') && codeOf(one) === code) ?? found;
  return {
    code,
    tag: found.includes('-') ? found : tag,
    direction: RIGHT_TO_LEFT.includes(code) ? 'rtl' : 'ltr',
  };
}

function codeOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

/** Puts values in for the names in braces. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ''));
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
