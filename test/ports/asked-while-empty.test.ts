import { newId } from '../../core/model/id';
import { agentsOfChats, newestChatOf } from '../../core/store/chat-readers';
import { findChat, listChats } from '../../core/store/chats';
import { findSession, pushTargets } from '../../core/store/client-sessions';
import { messageOfKey } from '../../core/store/conversation-messages';
import {
  accountsOfConversations,
  findConversation,
  listConversationsWith,
  participantsOf,
} from '../../core/store/conversations';
import { messagesById } from '../../core/store/messages';
import { handsOf, holdQueue, holdQueued, teamsWithQueue } from '../../core/store/queues';
import { isParked } from '../../core/store/receipts';
import { sql, type Tx } from '../../core/store/tx';
import { type IndexReads, watchIndexReads } from '../support/index-reads';
import { onPostgresStore } from '../support/stores';

const MANY = 20_000;
const ASKED = [5, 777, 5_000, 19_999];
/** An entry of the index for each row that is asked for, and a few beside it. */
const MOST_FOR_EACH = 8;

const SPACE = newId();
const named = (letter: string, asked: readonly number[]) => asked.map((n) => `${letter}${n}`);
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ID = "('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid";

const each = (find: (tx: Tx, n: number) => Promise<unknown>) => async (tx: Tx, asked: readonly number[]) => {
  for (const n of asked) await find(tx, n);
};

interface Case {
  readonly table: string;
  /** Columns, and the values of row `n`. */
  readonly row: Readonly<Record<string, string>>;
  readonly ask: (tx: Tx, asked: readonly number[]) => Promise<unknown>;
  /** How many of the rows that are asked for there are, if not all. */
  readonly found?: number;
}

const CASES: Readonly<Record<string, Case>> = {
  'the accounts of conversations': {
    table: 'conversation',
    row: {
      ...{
        id: "'c' || n",
        account_id: ID,
        name: "''",
        roles: "'{}'",
        is_public: 'false',
        last_event_id: '0',
      },
      ...{ latest_sent_event_id: '0', revision: '0', created_on: '0', created_by: "''", updated_on: '0' },
      updated_by: "''",
    },
    ask: (tx, asked) => accountsOfConversations(tx, SPACE, named('c', asked)),
  },
  'who is in conversations': {
    table: 'conversation_participant',
    row: { conversation_id: "'c' || n", profile_id: "'p' || n", role: "'owner'", joined_on: '0' },
    ask: (tx, asked) => participantsOf(tx, SPACE, named('c', asked)),
  },
  'whom to push to': {
    table: 'client_session',
    row: {
      ...{ id: ID, account_id: ID, profile_id: "'p' || n", is_agent: 'false', device: "'{}'", push: "'{}'" },
      ...{ source_address: "''", created_on: '0', expires_on: '9000000000000', online_until: '0' },
    },
    ask: async (tx, asked) => {
      for (const n of asked)
        await pushTargets(tx, { spaceId: SPACE, conversationId: `c${n}`, except: 'agent' }, 1);
    },
  },
  'what waits of receipts': {
    table: 'parked_status',
    row: { account_id: `'${SPACE}'`, external_id: "'x' || n", state: "'sent'", at: '0', received_on: '0' },
    ask: (tx, asked) => isParked(tx, SPACE, named('x', asked)),
  },
  'who may read chats': {
    table: 'chat',
    row: {
      ...{ id: ID, name: "''", team_id: "'t' || n", original_team_id: "''", customer_id: "'p' || n" },
      ...{ channel_id: "''", status: "''", context: "'{}'", labels: "'[]'", last_event_id: '0' },
      ...{ revision: '0', created_on: '0', created_by: "''", updated_on: '0', updated_by: "''" },
      ...{ updated_hour: '0', agent_id: "case when n % 3 = 0 then 'a' || n end" },
    },
    ask: (tx, asked) => agentsOfChats(tx, SPACE, asked.map(idOf)),
  },
  'the members of teams': {
    table: 'team_member',
    row: { team_id: "'t' || n", agent_id: "'a' || n" },
    ask: (tx, asked) => agentsOfChats(tx, SPACE, asked.map(idOf)),
  },
  'teams whose chats wait': {
    table: 'team',
    row: {
      ...{ id: "'t' || n", name: "''", revision: '0', created_on: '0', created_by: "''" },
      ...{ updated_on: '0', updated_by: "''" },
      auto_assign: `case when n in (${ASKED}) then '{}' end`,
    },
    ask: (tx) => teamsWithQueue(tx),
  },
  'a message by its key': {
    table: 'conversation_message',
    row: {
      ...{ id: ID, conversation_id: "''", sent_event_id: 'n', from_id: "''", sent_by: "''", sent_on: '0' },
      ...{ parts: "'[]'", status_updates: "'{}'", send_key: "'k' || n" },
    },
    ask: each((tx, n) => messageOfKey(tx, SPACE, `k${n}`)),
  },
  messages: {
    table: 'message',
    row: {
      ...{ id: ID, chat_id: ID, team_id: "''", channel_id: "''", sent_event_id: '0', direction: "''" },
      ...{ from_id: "''", to_id: "''", sent_by: "''", sent_on: '0', parts: "'[]'", status: "''" },
      ...{ is_automated_send: 'false', revision: '0' },
    },
    ask: (tx, asked) => messagesById(tx, SPACE, asked.map(idOf)),
  },
};

const ONE_BY_ONE: Readonly<Record<string, Omit<Case, 'row'>>> = {
  'a chat': { table: 'chat', ask: each((tx, n) => findChat(tx, SPACE, idOf(n))) },
  'a session': { table: 'client_session', ask: each((tx, n) => findSession(tx, SPACE, idOf(n))) },
  'conversations of somebody': {
    table: 'conversation',
    ask: each((tx, n) => listConversationsWith(tx, { spaceId: SPACE, accountId: idOf(n) }, `p${n}`)),
  },
  'in which conversations somebody is': {
    table: 'conversation_participant',
    ask: each((tx, n) => listConversationsWith(tx, { spaceId: SPACE, accountId: idOf(n) }, `p${n}`)),
  },
  "a customer's newest chat": { table: 'chat', ask: each((tx, n) => newestChatOf(tx, SPACE, `p${n}`)) },
  "a team's queue": {
    table: 'chat',
    ask: each((tx, n) => holdQueue(tx, { spaceId: SPACE, teamId: `t${n}` }, { limit: 10 })),
    found: 3,
  },
  'chats of a queue': {
    table: 'chat',
    ask: each((tx, n) => holdQueued(tx, { spaceId: SPACE, teamId: `t${n}` }, [idOf(n)])),
  },
  "what is in agents' hands": {
    table: 'chat',
    ask: (tx, asked) => handsOf(tx, SPACE, named('a', asked)),
    found: 1,
  },
  "somebody's chats": {
    table: 'chat',
    ask: each((tx, n) => listChats(tx, { ...PAGE, customerOrAgentId: `p${n}` })),
  },
  "an agent's chats": {
    table: 'chat',
    ask: each((tx, n) => listChats(tx, { ...PAGE, agentId: `a${n}` })),
    found: 1,
  },
  'the first in the queues of teams': { table: 'chat', ask: (tx) => teamsWithQueue(tx), found: 3 },
  'a conversation': {
    table: 'conversation',
    ask: each((tx, n) => findConversation(tx, SPACE, `c${n}`)),
  },
};
const PAGE = { spaceId: SPACE, includeClosed: true, includeDeleted: false, limit: 20 };
const QUESTIONS = { ...CASES, ...ONE_BY_ONE };

onPostgresStore('what was asked while there was nothing', (store, database) => {
  let reads: IndexReads;
  beforeAll(async () => {
    reads = await watchIndexReads(store(), database());
    await reads.learnNothingOf(Object.values(CASES).map(({ table }) => table));
    // Planned, and kept so, on each connection.
    const everything = () =>
      store().routine(async (tx) => {
        for (const { ask } of Object.values(QUESTIONS)) for (let n = 0; n < 6; n += 1) await ask(tx, ASKED);
      });
    await Promise.all(Array.from({ length: 10 }, everything));
    for (const { table, row } of Object.values(CASES)) {
      const [columns, values] = [Object.keys(row), Object.values(row)];
      const text = `insert into ${table} (space_id, ${columns}) select '${SPACE}', ${values} from generate_series(1, ${MANY}) n`;
      await store().transaction((tx) => sql(tx).db.raw(text));
    }
  }, 60_000);
  afterAll(() => reads?.close());

  test.each(Object.entries<Omit<Case, 'row'>>(QUESTIONS))(
    'is found one by one when there is much: %s',
    async (_, { table, ask, found = ASKED.length }) => {
      const before = await reads.of(table);

      await store().routine((tx) => ask(tx, ASKED));

      const read = (await reads.of(table)) - before;
      expect(read).toBeGreaterThanOrEqual(found);
      expect(read).toBeLessThanOrEqual(MOST_FOR_EACH * ASKED.length);
    },
    20_000,
  );
});
