import type { Capabilities } from '../../plugins/contract/index';
import type { Chat } from './chat';
import type { Instant } from './instant';

const HOUR_MS = 3_600_000;

/** What a channel says of the time to answer. */
type Windows = Pick<Capabilities, 'replyWindowHours' | 'humanReplyWindowHours'>;
type LastWritten = Pick<Chat, 'lastInboundOn'>;

/** Until when a person may answer the customer; undefined where the channel sets no such time. */
export function canReplyUntil(chat: LastWritten, windows: Windows): Instant | undefined {
  const hours = longest(windows, false);
  if (hours === undefined || chat.lastInboundOn === undefined) return undefined;
  return chat.lastInboundOn + hours * HOUR_MS;
}

/** How long a person (or, `isAutomated`, a rule) has to answer; undefined where the channel sets no such time. */
export function longest(windows: Windows, isAutomated: boolean): number | undefined {
  const { replyWindowHours: usual, humanReplyWindowHours: human } = windows;
  return isAutomated || usual === undefined ? usual : Math.max(usual, human ?? 0);
}

/** In which window an answer leaves now: the usual one, the longer one of people, or none any more. */
export function windowAt(
  chat: LastWritten,
  windows: Windows,
  { now, isAutomated }: { readonly now: Instant; readonly isAutomated: boolean },
): 'none-needed' | 'usual' | 'human' | 'over' {
  const { replyWindowHours: usual } = windows;
  if (usual === undefined || chat.lastInboundOn === undefined) return 'none-needed';
  const passed = now - chat.lastInboundOn;
  if (passed <= usual * HOUR_MS) return 'usual';
  return passed <= (longest(windows, isAutomated) ?? 0) * HOUR_MS ? 'human' : 'over';
}
