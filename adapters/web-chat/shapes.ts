import type { ClientSession, ConversationMessage } from '../../plugins/contract/index';
import { choicesIn, isChoices } from '../../plugins/helpers/choices-part';
import type { WebChatConfig } from './config';

/** A message as the widget reads it, by whoever may look at it. */
export function plainMessage(message: ConversationMessage) {
  const { id, sentEventId: number, from, sentOn: on, metadata } = message;
  const parts = message.parts.filter((part) => !isChoices(part));
  const choices = choicesIn(message.parts);
  return { id, number, from, on, parts, ...(choices.length > 0 && { choices }), ...fromVisitor(metadata) };
}

/** The same with its status, for one visitor: of an own message, what our side has done with it; of an answer, what the visitor has. */
export function shownMessage(
  message: ConversationMessage,
  { profileId }: Pick<ClientSession, 'profileId'>,
  { showsRead }: Pick<WebChatConfig, 'showsRead'>,
) {
  const { from, statusUpdates } = message;
  const isOwn = from.id === profileId;
  if (isOwn && showsRead === false) return plainMessage(message);
  const marks = Object.entries(statusUpdates).filter(([who]) => (who === profileId) !== isOwn);
  const states = marks.map(([, { status }]) => status);
  const status = states.includes('read') ? 'read' : states[0];
  return { ...plainMessage(message), status };
}

/** What the widget itself put beside a message; of what the business keeps with one, visitors see nothing. */
function fromVisitor(metadata: unknown) {
  if (typeof metadata !== 'object' || metadata === null || !('ref' in metadata)) return {};
  return {
    ref: metadata.ref,
    ...('page' in metadata ? { page: metadata.page } : {}),
    ...('choiceId' in metadata ? { choiceId: metadata.choiceId } : {}),
  };
}
