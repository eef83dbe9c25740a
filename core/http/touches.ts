import type { Call } from './route';

/** What a call about one chat touches. */
export function touchesChat({
  context,
  caller,
  params,
}: Pick<Call, 'context' | 'caller'> & { readonly params: { readonly chatId: string } }) {
  return context.whoseChats.touchedBy(caller.spaceId, params.chatId);
}
