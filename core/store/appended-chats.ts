import type { Chat } from '../model/chat';
import { changeable } from './chats';
import type { Write } from './dialect';
import { hourOf } from './hours';

/** A chat before and after what happened to it. */
export interface Appended {
  readonly before: Chat;
  readonly after: Chat;
}

/** Chats that are held after messages, which change neither their owners nor their ends: indexes stay as they are. */
export function appendedChats(chats: readonly Appended[]): Write[] {
  const rows = chats.map(({ before, after }) => {
    const { team_id, agent_id, closed_on, close_reason, deleted_on, ...row } = changeable(after);
    return { row, isIndexed: isIndexed(before, after) };
  });
  const quiet = rows.flatMap(
    ({ row: { updated_hour, inbound_hour, route_account_id, ...row }, isIndexed }) =>
      isIndexed ? [] : [row],
  );
  const indexed = rows.flatMap(({ row, isIndexed }) => (isIndexed ? [row] : []));
  const keys = ['id'];
  return [
    { update: 'chat', keys, rows: quiet },
    { update: 'chat', keys, rows: indexed },
  ];
}

/** Whether an index knows the difference: once an hour, and when the customer came another way. */
function isIndexed(before: Chat, after: Chat): boolean {
  return (
    hourOf(before.updatedOn) !== hourOf(after.updatedOn) ||
    hourOf(before.lastInboundOn) !== hourOf(after.lastInboundOn) ||
    before.route?.accountId !== after.route?.accountId
  );
}
