/** The contract kit: what a channel author tests with (`parley-gateway/testing`). */
export * from './answer-faults';
export * from './collect';
export { describeChannel, type KitOptions, type SimulatedProvider } from './describe-channel';
export * from './driver';
export * from './fake-host';
export { SURFACES, type Surface } from './kit';
export * from './measure';
export * from './memory-ports';
export type { Runner } from './runner';
