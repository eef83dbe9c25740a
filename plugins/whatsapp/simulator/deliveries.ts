import { createHmac, randomUUID } from 'node:crypto';
import type { RawRequest } from 'parley-gateway/plugin';
import type { WhatsAppConfig } from '../config';
import { CUSTOMERS, NUMBERS } from './world';

/** A delivery as Meta makes it for a number: signed over its bytes. */
export function delivery(
  value: object,
  { config = NUMBERS[0], url = 'https://gateway.test/', field = 'messages' }: DeliveryOptions = {},
): RawRequest {
  const metadata = { display_phone_number: '442079460001', phone_number_id: config.phoneNumberId };
  const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
  const entry = [{ id: config.businessAccountId, changes: [change] }];
  return signed(Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry })), { config, url });
}

export interface DeliveryOptions {
  readonly config?: WhatsAppConfig;
  readonly url?: string;
  readonly field?: string;
}

export function signed(
  body: Uint8Array,
  { config, url }: { readonly config: WhatsAppConfig; readonly url: string },
): RawRequest {
  const signature = `sha256=${createHmac('sha256', config.appSecret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
  return { method: 'POST', url, headers, body };
}

/** What a customer sends, as `value` of a delivery. */
export function messagesValue(...messages: readonly object[]): object {
  const contacts = [{ profile: { name: 'Bea' }, wa_id: CUSTOMERS[0] }];
  return { contacts, messages: messages.map((one) => ({ ...aMessage(), ...one })) };
}

function aMessage() {
  return { from: CUSTOMERS[0], id: `wamid.${randomUUID()}`, timestamp: '1767323045', type: 'text' };
}
