/** The Message-ID of a send, without brackets: the same for each attempt, so that a repetition is the same mail. */
export function messageIdOf(key: string, own: string): string {
  return `${key.replace(/[^A-Za-z0-9._-]/g, '.')}@${domainOf(own)}`;
}

const OURS = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\.(\d{1,3}))?@(.+)$/;

/** The key of a send by its Message-ID, where it can be one of ours. */
export function keyOfMessageId(messageId: string, ownAddresses: readonly string[]): string | undefined {
  const [, id, piece, domain] = OURS.exec(messageId) ?? [];
  if (id === undefined || !ownAddresses.some((own) => domainOf(own) === domain)) return undefined;
  return piece === undefined ? id : `${id}:${piece}`;
}

const MOST_REFERENCES = 20;

/** The References of an answer (RFC 5322 3.6.4): those of the mail that is answered, and that mail; the first and the last of many. */
export function referencesTo(messageId: string, references: readonly string[]): string[] {
  const all = [...new Set([...references, messageId])];
  return all.length <= MOST_REFERENCES ? all : [...all.slice(0, 1), ...all.slice(1 - MOST_REFERENCES)];
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
