import type { SimulatedMessage } from './world';

/** One event of a page on its way to a webhook. */
export interface PageEvent {
  readonly pageId: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** Another app has the conversation. */
  readonly isStandby?: boolean;
}

export interface Between {
  readonly pageId: string;
  readonly psid: string;
  readonly at: Date;
}

/** What a customer did. */
export function fromCustomer({ pageId, psid, at }: Between, what: object): PageEvent {
  const event = { sender: { id: psid }, recipient: { id: pageId }, timestamp: at.getTime(), ...what };
  return { pageId, event };
}

/** What the page did. */
export function fromPage({ pageId, psid, at }: Between, what: object): PageEvent {
  const event = { sender: { id: pageId }, recipient: { id: psid }, timestamp: at.getTime(), ...what };
  return { pageId, event };
}

/** A message as the webhook has it: the customer's, or the echo of the page's. */
export function messageEvent(message: SimulatedMessage, more: object = {}): PageEvent {
  const { mid, text, files, isFromPage, appId, metadata } = message;
  const attachments = files.map(({ kind, url }) => ({ type: kind, payload: { url } }));
  const body = {
    mid,
    ...(text !== '' && { text }),
    ...(attachments.length > 0 && { attachments }),
    ...(isFromPage && { is_echo: true, app_id: Number(appId ?? PAGE_INBOX) }),
    ...(metadata !== undefined && { metadata }),
    ...more,
  };
  return isFromPage ? fromPage(message, { message: body }) : fromCustomer(message, { message: body });
}

/** The app of Meta's own page inbox. */
export const PAGE_INBOX = '26390203743090';

/** The body of a delivery: the events of each page together, in order. */
export function envelope(events: readonly PageEvent[], at: Date): object {
  const pages = [...new Set(events.map(({ pageId }) => pageId))];
  const entry = pages.map((pageId) => {
    const own = events.filter((one) => one.pageId === pageId);
    const messaging = own.filter(({ isStandby }) => !isStandby).map(({ event }) => event);
    const standby = own.filter(({ isStandby }) => isStandby).map(({ event }) => event);
    return {
      id: pageId,
      time: at.getTime(),
      ...(messaging.length > 0 && { messaging }),
      ...(standby.length > 0 && { standby }),
    };
  });
  return { object: 'page', entry };
}
