import type { Capabilities, OutboundTemplate } from '../../plugins/contract/index';
import { type Part, TEMPLATE_TYPE } from './message';
import { mimeTypeOf } from './mime-type';

/** The template of a message, or why it is none; undefined where the message names none. */
export function templateIn(
  parts: readonly Part[],
): OutboundTemplate | { readonly wrong: string } | undefined {
  const [part, second] = parts.filter((one) => mimeTypeOf(one) === TEMPLATE_TYPE);
  if (!part) return undefined;
  return second ? { wrong: 'a message has one template at most' } : readTemplate(part.data ?? '');
}

/** Whether a message may leave at any time, also as the first word: it is one that the provider approved. */
export function mayLeaveAnyTime(parts: readonly Part[], { templates }: Capabilities): boolean {
  return templates === true && parts.some((part) => mimeTypeOf(part) === TEMPLATE_TYPE);
}

function readTemplate(data: string): OutboundTemplate | { readonly wrong: string } {
  const { name, language, values, extra } = Object(parseJson(data));
  if (typeof name !== 'string' || name === '') return { wrong: 'the template needs a `name`' };
  if (language !== undefined && typeof language !== 'string')
    return { wrong: 'the `language` of a template is a text, such as en_GB' };
  if (values !== undefined && !areTexts(values))
    return { wrong: 'the `values` of a template are a list of texts, or texts by their names' };
  return {
    name,
    ...(language !== undefined && { language }),
    ...(values !== undefined && { values }),
    ...(extra !== undefined && { extra }),
  };
}

function areTexts(values: unknown): values is NonNullable<OutboundTemplate['values']> {
  if (typeof values !== 'object' || values === null) return false;
  return Object.values(values).every((value) => typeof value === 'string');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it then has no name
  }
}
