import { type Observed, observed } from '../observed';
import type { Start } from '../start';
import { type Api, apiOf } from './api';
import { follow } from './follow';
import type { Account, Chat, Happening, History, Message } from './shapes';

export interface DeskView {
  /** The newest first; closed ones too. */
  readonly chats: readonly Chat[];
  readonly accounts: readonly Account[];
  /** The newest first. */
  readonly happened: readonly Happening[];
  readonly openId?: string;
  /** Of the chat that is open, the oldest first. */
  readonly messages: readonly Message[];
  /** By message, for those that are under way or went wrong. */
  readonly histories: Readonly<Record<string, History>>;
}

/** What an agent sees, all of it from the public API and its stream of events. */
export interface DeskState extends Observed<DeskView> {
  readonly api: Api;
  open(chatId: string): void;
}

const MOST_HAPPENED = 200;
const MOST_MESSAGES = 100;
const LOOK_EVERY_MS = 1_000;
const IS_MOVING = new Set(['accepted', 'sending', 'unknown']);
const EMPTY: DeskView = { chats: [], accounts: [], happened: [], messages: [], histories: {} };

export function startDesk(start: Start): DeskState {
  const api = apiOf(start);
  const view = observed(EMPTY);
  const change = (part: Partial<DeskView>) => view.set({ ...view.now(), ...part });
  const look = once(() => lookAround(api, view.now().openId).then(change));
  const open = (openId: string) => {
    change({ openId, messages: [], histories: {} });
    look();
  };
  void follow(api, (event) => {
    change({ happened: [event, ...view.now().happened].slice(0, MOST_HAPPENED) });
    if (event.name === 'chat.create' && view.now().openId === undefined) open(event.payload.id);
    look();
  });
  // That something is tried again is no event; it is asked for, while something waits.
  setInterval(() => {
    if (view.now().messages.some(({ status }) => IS_MOVING.has(status))) look();
  }, LOOK_EVERY_MS);
  return { ...view, api, open };
}

async function lookAround(api: Api, openId: string | undefined): Promise<Partial<DeskView>> {
  const [chats, accounts] = await Promise.all([
    api.get<Chat[]>('/chats?includeClosed=true'),
    api.get<Account[]>('/channels'),
  ]);
  if (openId === undefined) return { chats, accounts };
  const path = `/chats/${openId}/messages`;
  const { messages } = await api.get<{ messages: Message[] }>(`${path}?limit=${MOST_MESSAGES}`);
  const wanted = messages.filter(({ context, status }) => {
    return context.direction === 'outbound' && (IS_MOVING.has(status) || status === 'failed');
  });
  const found = await Promise.all(
    wanted.map(async ({ id }) => [id, await api.get<History>(`${path}/${id}`)] as const),
  );
  return { chats, accounts, messages, histories: Object.fromEntries(found) };
}

/** Runs one at a time; however often it is asked for meanwhile, it runs once more. */
function once(work: () => Promise<void>): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async () => {
    isRunning = true;
    do {
      isWanted = false;
      await work().catch(() => undefined); // the gateway is away: the next event, or second, asks again
    } while (isWanted);
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
