import type { ConversationPart } from '../contract/index';

/** Something to choose from, as it stands in a conversation; `isChosen` where the host knows that it was. */
export interface OfferedChoice {
  readonly id: string;
  readonly label: string;
  readonly isChosen?: boolean;
}

const TYPE = 'application/vnd.parley.choices+json';

/** What a message offers as a part of it; no part where it offers nothing. */
export function choicesPart(choices: readonly OfferedChoice[]): ConversationPart[] {
  return choices.length === 0 ? [] : [{ type: TYPE, data: JSON.stringify(choices) }];
}

/** What the parts of a message offer; our side alone writes such parts. */
export function choicesIn(parts: readonly ConversationPart[]): OfferedChoice[] {
  return parts.flatMap((part) => (isChoices(part) ? JSON.parse(part.data ?? '[]') : []));
}

export function isChoices({ type }: ConversationPart): boolean {
  return type === TYPE;
}
