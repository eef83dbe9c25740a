import { Icon } from '../icon';
import { CHANNELS, type Start } from '../start';
import { nameOf } from './name-of';
import type { Chat } from './shapes';

export interface ChatListProps {
  readonly chats: readonly Chat[];
  readonly teams: Start['teams'];
  readonly openId: string | undefined;
  onOpen(chatId: string): void;
}

/** The chats, whoever wrote last first. */
export function ChatList({ chats, teams, openId, onOpen }: ChatListProps) {
  const inOrder = chats.toSorted((a, b) => lastOf(b) - lastOf(a));
  return (
    <ul class="chats" aria-label="Chats">
      {inOrder.map(({ id, name, channelId, status, teamId }) => (
        <li key={id}>
          <button type="button" aria-current={id === openId ? 'true' : undefined} onClick={() => onOpen(id)}>
            <Icon of={channelId} />
            <b>{nameOf(name)}</b>
            <small>
              {CHANNELS[channelId] ?? channelId} · {teams.find((team) => team.id === teamId)?.name ?? teamId}
              {' · '}
              <span class={`state is-${status}`}>{status}</span>
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}

function lastOf({ lastMessage, _createdOn }: Chat): number {
  return Date.parse(lastMessage?.sentOn ?? _createdOn);
}
