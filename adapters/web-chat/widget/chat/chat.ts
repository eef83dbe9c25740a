import { merged } from '../model/conversation';
import { type Observable, observable } from '../model/observable';
import type { Calls } from '../net/calls';
import type { Answers, WidgetConfig } from '../wire';
import { hoursOf } from './hours';
import { type Keeper, keeperFor } from './kept';
import { type Marks, marksOf } from './marks';
import { type Outbox, outboxOf } from './outbox';
import { type Identity, type Sessions, sessionsOf } from './sessions';
import { type Stream, streamOf } from './stream';
import { type Tabs, tabsOf } from './tabs';
import { type TypingSignal, typingSignal } from './typing';
import { type ChatView, FIRST_VIEW } from './view';

/** One account's conversation in this page: what is shown, and what the visitor and the site can do. */
export interface Chat extends SiteCalls, VisitorCalls {
  readonly config: WidgetConfig;
  readonly view: Observable<ChatView>;
  readonly outbox: Outbox;
  readonly marks: Marks;
  readonly typing: TypingSignal;
  /** Does the site vouch for who it is? */
  isVerified(): boolean;
}

interface VisitorCalls {
  open(): void;
  close(): void;
  loadOlder(): Promise<void>;
  /** The visitor says who they are, with their first message. */
  answered(answers: Answers): void;
  /** The visitor says it later. */
  leaveAddress(answers: Answers): Promise<void>;
  setSound(isOn: boolean): void;
}

interface SiteCalls {
  identify(identity: Identity): Promise<void>;
  logout(): Promise<void>;
}

interface Parts {
  readonly calls: Calls;
  readonly keeper: Keeper;
  readonly sessions: Sessions;
  readonly tabs: Tabs;
  readonly view: Observable<ChatView>;
  readonly hours: ReturnType<typeof hoursOf>;
}

/** Takes up the conversation of this browser, if it has one. */
export function startChat(calls: Calls, config: WidgetConfig): Chat {
  const { accountId, availability, outOfHours } = config;
  const keeper = keeperFor(accountId);
  const { hasSound = false, isOpen = false, hasAddress = false, visitor } = keeper.read();
  const sessions = sessionsOf(calls, keeper, accountId);
  const tabs = tabsOf(accountId);
  const view = observable({ ...FIRST_VIEW, availability, outOfHours, hasSound, isOpen, hasAddress });
  const parts: Parts = { calls, keeper, sessions, tabs, view, hours: hoursOf(calls, view) };
  const stream = streamOf(parts);
  const onSession = () => {
    tabs.say({ kind: 'session' });
    void stream.start();
  };
  const outbox = outboxOf({ ...parts, onSession });
  tabs.hear(({ kind }) => {
    if (kind === 'session') stream.restart();
    if (kind === 'left') stream.leave();
  });
  outbox.restore();
  if (visitor) void stream.start();
  return {
    ...{ config, view, outbox },
    marks: marksOf(calls, sessions, view),
    typing: typingSignal(calls, sessions),
    isVerified: () => sessions.current()?.isVerified ?? false,
    ...visitorCalls(parts),
    ...siteCalls(parts, stream),
  };
}

function visitorCalls({ calls, keeper, sessions, view, hours }: Parts): VisitorCalls {
  const setOpen = (isOpen: boolean) => {
    view.change({ isOpen });
    keeper.write({ isOpen });
  };
  const answered = (answers: Answers) => {
    const hasAddress = view.get().hasAddress || answers.email !== undefined;
    view.change({ hasAddress });
    keeper.write({ hasAddress });
  };
  return {
    answered,
    open() {
      setOpen(true);
      hours.look();
    },
    close: () => setOpen(false),
    async loadOlder() {
      const { earliest, isLoading } = view.get();
      if (isLoading || !earliest) return;
      view.change({ isLoading: true });
      try {
        const page = await sessions.use((token) => calls.history(token, earliest));
        const ownId = sessions.current()?.profileId ?? '';
        const messages = merged(view.get().messages, page.messages, ownId);
        view.change({ messages, earliest: page.earliest });
      } finally {
        view.change({ isLoading: false });
      }
    },
    async leaveAddress(answers) {
      await sessions.use((token) => calls.identity(token, answers));
      answered(answers);
    },
    setSound(hasSound) {
      view.change({ hasSound });
      keeper.write({ hasSound });
    },
  };
}

function siteCalls({ calls, keeper, sessions, tabs, view }: Parts, stream: Stream): SiteCalls {
  return {
    async identify(identity) {
      sessions.identify(identity);
      const before = sessions.current();
      const now = await sessions.ensure();
      view.change({ needsSignIn: false });
      if (before?.token === now.token) return;
      tabs.say({ kind: 'session' });
      stream.restart();
    },
    async logout() {
      const session = sessions.current();
      sessions.identify(undefined);
      keeper.clear();
      tabs.say({ kind: 'left' });
      stream.leave();
      view.change({ isOpen: false, hasAddress: false });
      if (session) await calls.endSession(session.token);
    },
  };
}
