import type { Message, Part } from '../model/message';

const PLAIN = 'text/plain';

/** The answers after the last one that the customer saw or gave, as far as they left by an account; what rules said is not worth a message of its own. */
export function unseenIn(messages: readonly Message[], accountId: string): Message[] {
  const seen = messages.findLastIndex(
    ({ direction, delivery }) => direction === 'inbound' || delivery.status === 'read',
  );
  return messages
    .slice(seen + 1)
    .filter((message) => message.accountId === accountId && !message.isAutomatedSend)
    .filter(({ delivery }) => delivery.status === 'sent' || delivery.status === 'delivered');
}

/** One message of many: their words below a sentence that says why it comes, and their files. */
export function summaryOf(unseen: readonly Message[], intro: string): Part[] {
  const parts = unseen.flatMap((message) => message.parts);
  const words = parts.filter(({ type, url }) => type === PLAIN && url === undefined);
  const data = [intro, ...words.map((part) => part.data ?? '')].join('\n\n');
  const files = parts.filter(({ url }) => url !== undefined);
  return [{ type: PLAIN, data, size: Buffer.byteLength(data) }, ...files];
}
