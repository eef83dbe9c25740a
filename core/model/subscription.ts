/** What a web hook wants to hear of: a kind of event, narrowed down by filters. */
export interface Subscription {
  readonly type: string;
  /** Several with one name: any of them. Different names: all of them. */
  readonly filters: readonly SubscriptionFilter[];
}

export interface SubscriptionFilter {
  readonly name: string;
  readonly value: string;
}

/** What a filter looks at. */
export interface Filterable {
  readonly name: string;
  readonly entityId: string;
  readonly teamId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly message?: { readonly direction: string } | undefined;
}

/** Whether any subscription asks for this event; none at all means everything. */
export function wants(subscriptions: readonly Subscription[], event: Filterable): boolean {
  if (subscriptions.length === 0) return true;
  return subscriptions.some((one) => one.type === event.name && passes(one.filters, event));
}

function passes(filters: readonly SubscriptionFilter[], event: Filterable): boolean {
  const names = new Set(filters.map(({ name }) => name));
  return [...names].every((name) =>
    filters.some((filter) => filter.name === name && filter.value === seenBy(name, event)),
  );
}

function seenBy(name: string, event: Filterable): string | undefined {
  switch (name) {
    case 'teamId':
      return event.teamId;
    case 'channelId':
      return event.channelId;
    case 'direction':
      return event.message?.direction;
    case 'accountId':
      return event.entityId;
    default:
      return undefined;
  }
}
