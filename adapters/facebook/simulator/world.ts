import { createHash, randomBytes } from 'node:crypto';

/** A page at the simulated Meta, with the app that it is connected to. */
export interface SimulatedPage {
  readonly pageId: string;
  readonly name: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  /** The app was granted the Human Agent feature. */
  readonly humanAgent: boolean;
  token: string;
  scopes: readonly string[];
  /** Undefined never ends. */
  tokenEndsAt: Date | undefined;
  /** What the app is told of the page; empty when Meta has unsubscribed it. */
  subscribed: readonly string[];
  /** Fields that this app cannot be told of. */
  unknownFields: readonly string[];
  /** Where the app's webhook is. */
  webhookUrl: string | undefined;
}

export interface SimulatedFile {
  readonly id: string;
  readonly kind: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array | undefined;
  readonly url: string;
}

/** One message as Meta keeps it. */
export interface SimulatedMessage {
  readonly mid: string;
  readonly pageId: string;
  readonly psid: string;
  readonly isFromPage: boolean;
  readonly text: string;
  readonly files: readonly SimulatedFile[];
  readonly at: Date;
  /** The app that sent it, with what that app wants back. */
  readonly appId?: string;
  readonly metadata?: string;
  readonly tag?: string;
  readonly choices: readonly { readonly title: string; readonly payload: string }[];
}

export interface Person {
  readonly first_name?: string;
  readonly last_name?: string;
  readonly profile_pic?: string;
}

/** All that the simulated Meta knows. */
export interface World {
  readonly pages: ReadonlyMap<string, SimulatedPage>;
  /** Oldest first. */
  readonly messages: SimulatedMessage[];
  readonly byMid: Map<string, SimulatedMessage>;
  readonly files: Map<string, SimulatedFile>;
  readonly people: Map<string, Person>;
  /** Which app has a conversation, by `page customer`, where it is not the page's own. */
  readonly control: Map<string, string>;
  /** Typing and seen, in the order in which they came. */
  readonly actions: { readonly pageId: string; readonly psid: string; readonly action: string }[];
  now(): Date;
  newId(prefix: string): string;
}

export function createWorld(pages: readonly SimulatedPage[], now: () => Date): World {
  const run = randomBytes(6).toString('hex');
  let made = 0;
  return {
    pages: new Map(pages.map((page) => [page.pageId, page])),
    messages: [],
    byMid: new Map(),
    files: new Map(),
    people: new Map(),
    control: new Map(),
    actions: [],
    now,
    newId(prefix) {
      made += 1;
      return `${prefix}${run}${made.toString(36).padStart(8, '0')}`;
    },
  };
}

/** Files a message by its date, for one that was missed may be older than the last. */
export function addMessage(world: World, message: SimulatedMessage): SimulatedMessage {
  const { messages, byMid } = world;
  let place = messages.length;
  while (place > 0 && (messages[place - 1]?.at ?? message.at) > message.at) place -= 1;
  messages.splice(place, 0, message);
  byMid.set(message.mid, message);
  return message;
}

/** One string for one conversation. */
export function conversationOf({ pageId, psid }: { readonly pageId: string; readonly psid: string }): string {
  return `t_${createHash('md5').update(`${pageId} ${psid}`).digest('hex')}`;
}

export function controlKey(pageId: string, psid: string): string {
  return `${pageId} ${psid}`;
}

/** When the customer last wrote to the page. */
export function lastWrote(world: World, pageId: string, psid: string): Date | undefined {
  return world.messages.findLast((one) => one.pageId === pageId && one.psid === psid && !one.isFromPage)?.at;
}

export function pageOf(world: World, pageId: string): SimulatedPage {
  const page = world.pages.get(pageId);
  if (!page) throw new Error(`the simulated Meta has no page ${pageId}; name it in the pages`);
  return page;
}

const ALL_FIELDS = [
  ...['messages', 'messaging_postbacks', 'messaging_optins', 'messaging_referrals', 'message_deliveries'],
  ...[
    'message_reads',
    'message_echoes',
    'message_reactions',
    'message_edits',
    'messaging_handovers',
    'standby',
  ],
];

/** A page with all that it needs; the same app has one secret. */
export function aPage(more: Partial<SimulatedPage> & Pick<SimulatedPage, 'pageId'>): SimulatedPage {
  const { pageId, appId = '900000000000001' } = more;
  return {
    name: `Page ${pageId}`,
    appId,
    appSecret: `simulated-app-secret-of-${appId}`,
    verifyToken: `simulated-verify-token-of-${appId}`,
    humanAgent: true,
    token: `EAASimulatedPageTokenOf${pageId}`,
    scopes: ['pages_messaging', 'pages_manage_metadata', 'pages_read_engagement'],
    tokenEndsAt: undefined,
    subscribed: ALL_FIELDS,
    unknownFields: [],
    webhookUrl: undefined,
    ...more,
  };
}

/** Three pages: the first and the third of one app. */
export function usualPages(): SimulatedPage[] {
  return [
    aPage({ pageId: '100000000000001' }),
    aPage({ pageId: '100000000000002', appId: '900000000000002' }),
    aPage({ pageId: '100000000000003' }),
  ];
}
