import type { Address } from '../../plugins/contract/index';
import type { Item } from './envelope';
import type { Json } from './json';

/** One event of a page, with what every kind of it says. */
export interface Said {
  readonly item: Item;
  readonly pageId: string;
  readonly event: Json;
  readonly address: Address;
  readonly sender: string;
  readonly at: Date | undefined;
}

/** Says of a message that another app has its conversation. */
export function standby({ item }: Said): Readonly<Record<string, unknown>> {
  return item.isStandby ? { standby: true } : {};
}
