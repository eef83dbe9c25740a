import { useObserved } from '../observed';
import { CHANNELS, type Start } from '../start';
import { ChatList } from './chat-list';
import { ChatView } from './chat-view';
import type { DeskState } from './desk-state';
import { PausedAccounts } from './paused-accounts';

/** The agents' side: the chats of all channels, and the one that is open. */
export function Desk({ start, state }: { readonly start: Start; readonly state: DeskState }) {
  const view = useObserved(state);
  const open = view.chats.find(({ id }) => id === view.openId);
  return (
    <section class="desk" aria-label="The agent">
      <h2>Agent</h2>
      <PausedAccounts api={state.api} accounts={view.accounts} />
      <ChatList chats={view.chats} teams={start.teams} openId={view.openId} onOpen={state.open} />
      {open ? (
        <ChatView key={open.id} start={start} api={state.api} chat={open} view={view} />
      ) : (
        <p class="empty">
          No chat yet. Write on a device, and it appears here: by {Object.values(CHANNELS).join(', ')}, all
          the same.
        </p>
      )}
    </section>
  );
}
