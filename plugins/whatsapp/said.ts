import type { InboundEvent } from 'parley-gateway/plugin';

/** What one thing of a change says; a text says why it was not understood, and it is kept aside. */
export type Said = InboundEvent | string;
