/** How the business of the tests lets its users in. */
export const SETTINGS = {
  issuer: 'https://shop.example',
  audience: 'parley',
  sharedSecret: 'only the server of the shop knows this',
} as const;
