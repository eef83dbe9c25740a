import type { WhatsAppConfig } from '../config';

const shop = {
  ...{ phoneNumberId: '100000000000001', businessAccountId: '200000000000001', verifyToken: 'shop-words' },
  ...{ accessToken: 'EAAshop0token0of0a0system0user', appSecret: 'shop0app0secret0f00d' },
};
const bakery = {
  ...{ phoneNumberId: '100000000000002', businessAccountId: '200000000000002', verifyToken: 'baker-words' },
  ...{ accessToken: 'EAAbakery0token0of0a0system', appSecret: 'bakery0app0secret0bead' },
};

/** A shop's number, a bakery's at another app, and a second one of the shop's. */
export const NUMBERS: readonly [WhatsAppConfig, WhatsAppConfig, WhatsAppConfig] = [
  shop,
  bakery,
  { ...shop, phoneNumberId: '100000000000003' },
];
export const CUSTOMERS = ['447700900123', '447700900124'] as const;
export const APP_ID = '300000000000001';
