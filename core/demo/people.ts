/** Everybody who is in the demo: customers, one for each device, and who answers them. */
export const CUSTOMERS = {
  phone: { name: 'Ada Marsh', number: '+447700900123' },
  mail: { name: 'Ben Carter', address: 'ben@customer.example' },
  messenger: { first: 'Carla', last: 'Rossi', psid: '1000000001' },
  app: { id: 'eli', name: 'Eli Novak' },
} as const;

export const AGENTS = [
  { id: 'ann', name: 'Ann', email: 'ann@northwind.example' },
  { id: 'bob', name: 'Bob', email: 'bob@northwind.example' },
  { id: 'cid', name: 'Cid', email: 'cid@northwind.example' },
] as const;

/** All channels belong to Sales; Repairs has none. */
export const TEAMS = [
  { id: 'sales', name: 'Sales', agents: ['ann', 'bob'] },
  { id: 'repairs', name: 'Repairs', agents: ['cid'] },
] as const;

export const SHOP = {
  name: 'Northwind Outfitters',
  mailbox: 'hello@northwind.example',
  colour: '#0f6b5c',
} as const;

/** How the shop's own server lets its users into the app. */
export const APP = { issuer: 'https://northwind.example', audience: 'the demo' } as const;
