import { envelope, fromCustomer } from '../../adapters/facebook/simulator/events';
import { metaJson } from '../../adapters/facebook/simulator/sign';
import { BODY } from './webhook-fields';

const FIRST_CUSTOMER = 7_100_000_000_000_000;

/** The body of Meta's webhook for one message to a page. */
export function pageDelivery(message: {
  readonly pageId: string;
  readonly customer: number;
  readonly mid: string;
  readonly at: number;
}): Buffer {
  const at = new Date(message.at);
  const between = { pageId: message.pageId, psid: String(FIRST_CUSTOMER + message.customer), at };
  const said = fromCustomer(between, { message: { mid: message.mid, text: BODY } });
  return metaJson(envelope([said], at));
}
