import { useRef, useState } from 'preact/hooks';
import { Composer } from '../composer';
import { CHANNELS, type Start } from '../start';
import { useBottom } from '../use-bottom';
import type { Api } from './api';
import { ChatActions } from './chat-actions';
import type { DeskView } from './desk-state';
import { MessageLine } from './message-line';
import { nameOf } from './name-of';
import type { Chat } from './shapes';

export interface ChatViewProps {
  readonly start: Start;
  readonly api: Api;
  readonly chat: Chat;
  readonly view: DeskView;
}

const TYPING_EVERY_MS = 3_000;

/** One chat: what was said, what can be done with it, and where an agent answers. */
export function ChatView({ start, api, chat, view }: ChatViewProps) {
  const { messages, histories } = view;
  const team = start.teams.find(({ id }) => id === chat.teamId);
  const [agentId, setAgentId] = useState<string>();
  const agents = start.agents.filter(({ id }) => team?.agents.includes(id));
  const agent =
    [agentId, chat.agentId].flatMap((id) => agents.find((one) => one.id === id) ?? [])[0] ?? agents[0];
  const [problem, setProblem] = useState<string>();
  const typedAt = useRef(0);
  const bottom = useBottom(messages.length);
  const path = `/chats/${chat.id}`;
  const answer = async (text: string) => {
    // A chat has one agent at a time: whoever else answers takes it over.
    if (chat.agentId !== undefined && chat.agentId !== agent?.id)
      await api.send('PUT', `${path}/assign`, { teamId: chat.teamId, agentId: agent?.id });
    const body = { from: { profileId: agent?.id }, parts: [{ type: 'text/plain', data: text }] };
    setProblem(await api.send('POST', `${path}/messages`, body));
  };
  const type = () => {
    if (Date.now() - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = Date.now();
    void api.send('POST', `${path}/typing`);
  };
  return (
    <div class="chat">
      <header>
        <h2>{nameOf(chat.name)}</h2>
        <p>{wayOf(start, view, chat)}</p>
      </header>
      {chat.status !== 'closed' && (
        <ChatActions
          start={start}
          chat={chat}
          onAct={async (...call) => setProblem(await api.send(...call))}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="log" role="log" aria-label={`The chat with ${nameOf(chat.name)}`} tabIndex={0} ref={bottom}>
        {messages.map((message) => (
          <MessageLine key={message.id} message={message} history={histories[message.id]} start={start} />
        ))}
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {chat.status === 'closed' ? (
        <p class="note">This chat is closed. When the customer writes again, a new one begins.</p>
      ) : (
        <div class="answer">
          <label>
            Answer as{' '}
            <select value={agent?.id ?? ''} onChange={(event) => setAgentId(event.currentTarget.value)}>
              {agents.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <Composer
            label="Answer the customer"
            placeholder="Yes, from Friday."
            onSend={(text) => void answer(text)}
            onWrite={type}
          />
        </div>
      )}
    </div>
  );
}

/** By which way the next answer goes, and why that may be surprising. */
function wayOf(start: Start, { accounts }: DeskView, { channelId, route, teamId }: Chat): string {
  const channel = CHANNELS[channelId] ?? channelId;
  const team = start.teams.find(({ id }) => id === teamId);
  const account = accounts.find(({ id }) => id === route?.accountId);
  const address = { sms: route?.address, email: route?.address }[channelId];
  const way = `Answers go back by ${channel}${address === undefined ? '' : ` to ${address}`}`;
  if (!account || !team || account.teamId === teamId) return `${way}. With ${team?.name ?? teamId}.`;
  return `${way}, the way the customer came, though ${team.name} has no such channel.`;
}
