import type { SimulatedAccount, SimulatedMedia, SimulatedMessage, World } from './world';

/** What the simulated Twilio answers to one request. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const API_VERSION = '2010-04-01';

export function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** An error in the shape of Twilio's API. */
export function problem(status: number, code: number, message: string): Answer {
  return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

export function messageResource(message: SimulatedMessage): object {
  const uri = `/${API_VERSION}/Accounts/${message.accountSid}/Messages/${message.sid}`;
  const media = message.media.length + message.mediaUrls.length;
  return {
    account_sid: message.accountSid,
    api_version: API_VERSION,
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: rfc2822(message.sentAt),
    date_updated: rfc2822(message.sentAt ?? message.createdAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: String(media),
    num_segments: message.status === 'accepted' ? '0' : String(Math.ceil(message.body.length / 153) || 1),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

export function mediaResource(message: SimulatedMessage, media: SimulatedMedia): object {
  return {
    account_sid: message.accountSid,
    content_type: media.mimeType,
    date_created: rfc2822(message.createdAt),
    date_updated: rfc2822(message.createdAt),
    parent_sid: message.sid,
    sid: media.sid,
    uri: `/${API_VERSION}/Accounts/${message.accountSid}/Messages/${message.sid}/Media/${media.sid}.json`,
  };
}

export function accountResource(account: SimulatedAccount): object {
  return {
    auth_token: '[Redacted]',
    date_created: 'Thu, 30 Jul 2015 20:00:00 +0000',
    date_updated: 'Thu, 30 Jul 2015 20:00:00 +0000',
    friendly_name: 'Simulated account',
    owner_account_sid: account.accountSid,
    sid: account.accountSid,
    status: account.status ?? 'active',
    subresource_uris: {},
    type: account.type ?? 'Full',
    uri: `/${API_VERSION}/Accounts/${account.accountSid}.json`,
  };
}

export function numberResource(world: World, account: SimulatedAccount, number: string): object {
  const route = world.routes.get(number);
  return {
    account_sid: account.accountSid,
    api_version: API_VERSION,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    friendly_name: number,
    phone_number: number,
    short_code: number,
    sid: `PN${number.replace(/\D/g, '').padStart(32, '0')}`,
    sms_application_sid: '',
    sms_fallback_url: '',
    sms_method: route?.method ?? 'POST',
    sms_url: route?.url ?? '',
    status: 'in-use',
  };
}

export function serviceResource(world: World, account: SimulatedAccount, sid: string): object {
  const route = world.routes.get(sid);
  return {
    account_sid: account.accountSid,
    date_created: '2015-07-30T20:12:31Z',
    date_updated: '2015-07-30T20:12:33Z',
    fallback_url: null,
    friendly_name: 'Simulated service',
    inbound_method: route?.method ?? 'POST',
    inbound_request_url: route?.url ?? null,
    sid,
    smart_encoding: true,
    status_callback: null,
    sticky_sender: true,
    use_inbound_webhook_on_number: false,
    validity_period: 36_000,
    url: `https://messaging.twilio.com/v1/Services/${sid}`,
  };
}

/** A page of a list of the 2010 API. */
export function page(key: string, items: readonly object[], nextPageUri: string | null = null): Answer {
  return json(200, {
    end: Math.max(0, items.length - 1),
    first_page_uri: null,
    next_page_uri: nextPageUri,
    page: 0,
    page_size: items.length,
    previous_page_uri: null,
    start: 0,
    uri: null,
    [key]: items,
  });
}

function rfc2822(date: Date | null): string | null {
  return date === null ? null : date.toUTCString().replace('GMT', '+0000');
}
