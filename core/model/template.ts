import { plainText } from './plain-text';

/** What a text can name: `{{customerName}}`, or `{{customerName|there}}` with what stands there when it is not known. */
export const VARIABLES = ['customerName', 'agentName', 'teamName', 'openingTime', 'link'] as const;
export type Variable = (typeof VARIABLES)[number];
export type Values = Readonly<Partial<Record<Variable, string>>>;

// With the space before it and what follows, so that no gap is left where it is missing.
const PLACE = /([ \t]*)\{\{\s*(\w+)\s*(?:\|([^{}]*))?\}\}([ \t]*[,;:]?[ \t]*)/g;
const LONGEST_VALUE = 500;

/** The first name in a text that means nothing. */
export function unknownVariable(template: string): string | undefined {
  const names = [...template.matchAll(PLACE)].map(([, , name = '']) => name);
  return names.find((name) => !isVariable(name));
}

/** Whether a text names a variable. */
export function names(template: string, variable: Variable): boolean {
  return [...template.matchAll(PLACE)].some(([, , name]) => name === variable);
}

/** The text with its values; what is not known and has nothing in its place leaves no trace. */
export function filled(template: string, values: Values): string {
  return template.replace(PLACE, (...found) => {
    const [, before = '', name = '', instead, after = '', offset = 0] = found;
    const value = (isVariable(name) ? oneLine(values[name] ?? '') : '') || (instead ?? '').trim();
    if (value !== '') return `${before}${value}${after}`;
    const isFirst = offset === 0 || template[offset - 1] === '\n';
    return isFirst ? '' : after;
  });
}

function isVariable(name: string): name is Variable {
  return VARIABLES.some((known) => known === name);
}

// Nobody writes lines of our messages with their name, or turns their direction round.
function oneLine(value: string): string {
  return plainText(value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim(), LONGEST_VALUE);
}

const LONGEST_NAME = 60;

/**
 * A name that customers give themselves, where it is one: what looks like an address, a number or an advertisement is
 * no name, for whoever forges a sender would have us deliver it.
 */
export function nameOfPerson(name: string | undefined): string | undefined {
  const text = oneLine(name ?? '');
  const isStrange = /[@<>[\]{}]|:\/\/|www\.|\d{5}|\.\p{L}{2,}/iu.test(text);
  return text === '' || text.length > LONGEST_NAME || isStrange ? undefined : text;
}
