import type { HearCommitted } from './tx';

/** Those who hear of the events that this node commits. */
export interface Hearers {
  /** Is told of them from now on; what it gives ends that. */
  readonly add: (hear: HearCommitted) => () => void;
  readonly tell: HearCommitted;
}

export function createHearers(): Hearers {
  const all = new Set<HearCommitted>();
  return {
    add: (hear) => {
      all.add(hear);
      return () => void all.delete(hear);
    },
    tell: (...told) => {
      for (const hear of all) hear(...told);
    },
  };
}
