import type { Knex } from 'knex';

type Table = Knex.CreateTableBuilder;

/** The first schema: spaces and tokens, people and teams, channel accounts, chats and messages, the event log, and the work that waits. */
export async function up(knex: Knex): Promise<void> {
  await tenants(knex);
  await people(knex);
  await accounts(knex);
  await chats(knex);
  await log(knex);
  await work(knex);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of TABLES.toReversed()) await knex.schema.dropTableIfExists(table);
}

const TABLES = [
  ...['partner', 'api_space', 'token', 'idempotency', 'profile', 'address', 'agent', 'team', 'team_member'],
  ...['channel_account', 'account_identity', 'account_value', 'consent', 'chat', 'message', 'external_id'],
  ...[
    'receipt',
    'parked_status',
    'event',
    'event_counter',
    'outbox',
    'attempt',
    'media',
    'quarantine',
    'lease',
  ],
];

function made(t: Table): void {
  t.integer('revision').notNullable();
  t.bigInteger('created_on').notNullable();
  t.text('created_by').notNullable();
  t.bigInteger('updated_on').notNullable();
  t.text('updated_by').notNullable();
}

async function tenants(knex: Knex): Promise<void> {
  await knex.schema.createTable('partner', (t) => {
    t.uuid('id').primary();
    t.text('name').notNullable();
    t.bigInteger('created_on').notNullable();
  });
  await knex.schema.createTable('api_space', (t) => {
    t.uuid('id').primary();
    t.uuid('partner_id').notNullable().references('partner.id');
    t.text('name').notNullable();
    t.bigInteger('created_on').notNullable();
    t.bigInteger('deleted_on');
  });
  // Only a partner's key has no API space.
  await knex.schema.createTable('token', (t) => {
    t.uuid('id').primary();
    t.uuid('partner_id').notNullable();
    t.uuid('space_id').index();
    t.text('kind').notNullable();
    t.text('agent_id');
    t.text('name').notNullable();
    t.text('hash').notNullable().unique();
    t.text('scopes').notNullable();
    t.bigInteger('created_on').notNullable();
    t.text('created_by').notNullable();
    t.bigInteger('expires_on');
    t.bigInteger('revoked_on');
    t.bigInteger('last_used_on');
  });
  await knex.schema.createTable('idempotency', (t) => {
    t.uuid('space_id').notNullable();
    t.text('key').notNullable();
    t.text('request').notNullable();
    t.integer('status').notNullable();
    t.text('answer').notNullable();
    t.bigInteger('created_on').notNullable().index();
    t.primary(['space_id', 'key']);
  });
}

async function people(knex: Knex): Promise<void> {
  await knex.schema.createTable('profile', (t) => {
    t.uuid('space_id').notNullable();
    t.text('id').notNullable();
    t.text('name');
    t.text('data').notNullable();
    made(t);
    t.primary(['space_id', 'id']);
  });
  // Invariant: an address belongs to one person.
  await knex.schema.createTable('address', (t) => {
    t.uuid('space_id').notNullable();
    t.text('channel_id').notNullable();
    t.text('address').notNullable();
    t.text('profile_id').notNullable();
    t.boolean('can_reply').notNullable();
    t.bigInteger('created_on').notNullable();
    t.primary(['space_id', 'channel_id', 'address']);
    t.index(['space_id', 'profile_id']);
  });
  await knex.schema.createTable('agent', (t) => {
    t.uuid('space_id').notNullable();
    t.text('id').notNullable();
    t.text('name').notNullable();
    t.text('email').notNullable();
    t.integer('capacity').notNullable();
    made(t);
    t.primary(['space_id', 'id']);
  });
  await knex.schema.createTable('team', (t) => {
    t.uuid('space_id').notNullable();
    t.text('id').notNullable();
    t.text('name').notNullable();
    t.text('settings');
    t.text('app_messaging');
    made(t);
    t.primary(['space_id', 'id']);
  });
  await knex.schema.createTable('team_member', (t) => {
    t.uuid('space_id').notNullable();
    t.text('team_id').notNullable();
    t.text('agent_id').notNullable();
    t.primary(['space_id', 'team_id', 'agent_id']);
    t.index(['space_id', 'agent_id']);
  });
}

async function accounts(knex: Knex): Promise<void> {
  await knex.schema.createTable('channel_account', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable().index();
    t.text('channel_id').notNullable();
    t.text('adapter').notNullable();
    t.text('name').notNullable();
    t.text('team_id').notNullable();
    t.text('settings').notNullable();
    t.text('secrets').notNullable();
    t.text('health').notNullable();
    t.boolean('is_paused').notNullable();
    t.text('cursor');
    t.bigInteger('back_filled_to');
    made(t);
    t.bigInteger('deleted_on');
  });
  // Invariant: a provider's delivery finds one account.
  await knex.schema.createTable('account_identity', (t) => {
    t.uuid('space_id').notNullable();
    t.text('adapter').notNullable();
    t.text('identity').notNullable();
    t.uuid('account_id').notNullable().index();
    t.primary(['space_id', 'adapter', 'identity']);
  });
  await knex.schema.createTable('account_value', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('key').notNullable();
    t.text('value').notNullable();
    t.primary(['account_id', 'key']);
  });
  await knex.schema.createTable('consent', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('address').notNullable();
    t.text('state').notNullable();
    t.bigInteger('changed_on').notNullable();
    t.text('evidence').notNullable();
    t.primary(['account_id', 'address']);
  });
}

async function chats(knex: Knex): Promise<void> {
  await knex.schema.createTable('chat', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.text('name').notNullable();
    t.text('description');
    t.text('team_id').notNullable();
    t.text('original_team_id').notNullable();
    t.text('agent_id');
    t.text('customer_id').notNullable();
    t.text('channel_id').notNullable();
    t.text('status').notNullable();
    t.uuid('route_account_id');
    t.text('route_own');
    t.text('route_address');
    t.text('route_thread');
    t.text('context').notNullable();
    t.text('labels').notNullable();
    t.integer('last_event_id').notNullable();
    t.text('last_message');
    t.bigInteger('last_inbound_on');
    made(t);
    t.bigInteger('closed_on');
    t.text('close_reason');
    t.bigInteger('deleted_on');
    t.index(['space_id', 'id']);
    t.index(['space_id', 'customer_id']);
    t.index(['space_id', 'updated_on']);
  });
  // Invariant: one active chat per customer and API space, however many first messages race.
  const active = 'where closed_on is null and deleted_on is null';
  await knex.raw(`create unique index chat_active on chat (space_id, customer_id) ${active}`);
  await knex.raw(`create index chat_of_team on chat (space_id, team_id) ${active}`);
  await knex.raw('create index chat_of_agent on chat (space_id, agent_id) where agent_id is not null');
  await knex.schema.createTable('message', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('chat_id').notNullable();
    t.text('team_id').notNullable();
    t.text('channel_id').notNullable();
    t.integer('sent_event_id').notNullable();
    t.text('direction').notNullable();
    t.text('from_id').notNullable();
    t.text('from_name');
    t.text('to_id').notNullable();
    t.text('sent_by').notNullable();
    t.bigInteger('sent_on').notNullable();
    t.text('metadata');
    t.text('parts').notNullable();
    t.text('alert');
    t.boolean('is_automated_send').notNullable();
    t.uuid('account_id');
    t.text('route');
    t.text('status').notNullable();
    t.text('delivery');
    t.text('status_updates');
    t.integer('revision').notNullable();
  });
  // Invariant: whatever the provider calls a message, it is one message.
  await knex.schema.createTable('external_id', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('external_id').notNullable();
    t.uuid('message_id').notNullable();
    t.integer('piece').notNullable();
    t.primary(['account_id', 'external_id']);
  });
  await knex.schema.createTable('receipt', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('message_id').notNullable();
    t.integer('piece').notNullable();
    t.text('state').notNullable();
    t.bigInteger('at').notNullable();
    t.text('reason');
    t.text('provider_code');
    t.primary(['message_id', 'piece', 'state']);
  });
  await knex.schema.createTable('parked_status', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('external_id').notNullable();
    t.text('state').notNullable();
    t.bigInteger('at').notNullable();
    t.text('reason');
    t.text('provider_code');
    t.bigInteger('received_on').notNullable().index();
    t.primary(['account_id', 'external_id', 'state']);
  });
}

async function log(knex: Knex): Promise<void> {
  await knex.schema.createTable('event', (t) => {
    t.bigIncrements('pos');
    t.uuid('space_id').notNullable();
    t.bigInteger('seq');
    t.uuid('event_id').notNullable();
    t.text('name').notNullable();
    t.text('entity_id').notNullable();
    t.integer('revision').notNullable();
    t.uuid('chat_id');
    t.integer('chat_event_id');
    t.uuid('message_id');
    t.text('team_id');
    t.text('channel_id');
    t.bigInteger('at').notNullable();
    t.text('etag');
    // Absent for a message that was sent: it is read from the message.
    t.text('payload');
    t.unique(['space_id', 'seq']);
  });
  // Invariant: inside a chat, event ids run 1, 2, 3.
  await knex.raw(
    'create unique index event_of_chat on event (chat_id, chat_event_id) where chat_event_id is not null',
  );
  await knex.raw('create index event_without_seq on event (pos) where seq is null');
  await knex.schema.createTable('event_counter', (t) => {
    t.uuid('space_id').primary();
    t.bigInteger('last_seq').notNullable();
  });
}

async function work(knex: Knex): Promise<void> {
  await knex.schema.createTable('outbox', (t) => {
    t.uuid('message_id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('chat_id').notNullable();
    t.integer('sent_event_id').notNullable();
    t.uuid('account_id').notNullable().index();
    t.text('state').notNullable();
    t.integer('piece').notNullable();
    t.integer('attempt').notNullable();
    t.bigInteger('first_attempt_on');
    t.bigInteger('last_attempt_on');
    t.integer('looks').notNullable();
    t.bigInteger('not_before').notNullable();
    t.text('owner');
    t.bigInteger('lease_until');
    t.bigInteger('created_on').notNullable();
    t.index(['chat_id', 'sent_event_id']);
    t.index(['state', 'not_before']);
  });
  await knex.schema.createTable('attempt', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('message_id').notNullable();
    t.integer('piece').notNullable();
    t.integer('attempt').notNullable();
    t.bigInteger('started_on').notNullable();
    t.bigInteger('ended_on').notNullable();
    t.text('outcome').notNullable();
    t.text('kind');
    t.text('reason');
    t.text('provider_code');
    t.text('detail');
    t.text('external_ids').notNullable();
    t.primary(['message_id', 'piece', 'attempt']);
  });
  await knex.schema.createTable('media', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('account_id');
    t.uuid('message_id').index();
    t.text('ref');
    t.text('mime_type').notNullable();
    t.text('name').notNullable();
    t.bigInteger('bytes');
    t.text('state').notNullable();
    t.text('problem');
    t.integer('attempts').notNullable();
    t.bigInteger('not_before').notNullable();
    t.bigInteger('created_on').notNullable();
  });
  await knex.raw("create index media_pending on media (not_before) where state = 'pending'");
  await knex.schema.createTable('quarantine', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.bigInteger('received_on').notNullable();
    t.text('problem').notNullable();
    t.text('request').notNullable();
    t.text('state').notNullable();
    t.bigInteger('settled_on');
    t.index(['space_id', 'received_on']);
  });
  await knex.schema.createTable('lease', (t) => {
    t.text('name').primary();
    t.text('owner').notNullable();
    t.bigInteger('token').notNullable();
    t.bigInteger('until').notNullable();
  });
}
