/** What a team says by itself. `thanks` answers a rating. */
export type AutomaticKind =
  | 'welcome'
  | 'emailRequest'
  | 'outOfHours'
  | 'warning'
  | 'close'
  | 'satisfaction'
  | 'thanks';

/** Names an automatic message in its metadata, so that receivers can tell which one it is. */
export function markOf(kind: AutomaticKind): { readonly automatic: AutomaticKind } {
  return { automatic: kind };
}

/** Whether a message's metadata names it as such. */
export function isMarked(metadata: unknown, kind: AutomaticKind): boolean {
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'automatic' in metadata &&
    metadata.automatic === kind
  );
}
