import { useState } from 'preact/hooks';
import type { Start } from '../start';
import type { Api } from './api';
import type { Chat } from './shapes';

export interface ChatActionsProps {
  readonly start: Start;
  readonly chat: Chat;
  onAct(...call: Parameters<Api['send']>): Promise<void>;
}

/** Hands a chat to another team, moves it to email, or closes it. */
export function ChatActions({ start, chat, onAct }: ChatActionsProps) {
  const [isMoving, setIsMoving] = useState(false);
  const [address, setAddress] = useState('');
  const path = `/chats/${chat.id}`;
  const move = async () => {
    const to = address.trim() === '' ? {} : { address: address.trim() };
    await onAct('PUT', `${path}/channel`, { channelId: 'email', ...to });
    setIsMoving(false);
  };
  return (
    <>
      <div class="actions">
        {start.teams
          .filter(({ id }) => id !== chat.teamId)
          .map(({ id, name }) => (
            <button
              key={id}
              type="button"
              onClick={() => void onAct('PUT', `${path}/assign`, { teamId: id })}
            >
              Hand to {name}
            </button>
          ))}
        {chat.channelId !== 'email' && (
          <button type="button" aria-expanded={isMoving} onClick={() => setIsMoving(!isMoving)}>
            Move to email
          </button>
        )}
        <button type="button" onClick={() => void onAct('PUT', `${path}/close`, {})}>
          Close
        </button>
      </div>
      {isMoving && (
        <form
          class="move"
          onSubmit={(event) => {
            event.preventDefault();
            void move();
          }}
        >
          <label>
            To{' '}
            <input
              type="email"
              value={address}
              placeholder="the address that the customer left"
              onInput={(event) => setAddress(event.currentTarget.value)}
            />
          </label>
          <button type="submit">Move</button>
        </form>
      )}
    </>
  );
}
