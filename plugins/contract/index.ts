/**
 * The channel contract. A channel author imports this entry (`parley-gateway/plugin`) and nothing else of ours.
 * It has its own version, 0.x until all five built-in channels pass the kit.
 */
export * from './address';
export * from './capabilities';
export * from './channel';
export * from './client';
export * from './client-data';
export * from './client-news';
export * from './client-ports';
export * from './client-refusal';
export * from './delivery';
export * from './failure';
export * from './guide';
export * from './host';
export * from './http';
export * from './inbound';
export * from './outbound';
export * from './site';
export * from './site-data';
export { CONTRACT_VERSION } from './version';
