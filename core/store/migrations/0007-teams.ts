import type { Knex } from 'knex';

const WAITS = 'agent_id is null and closed_on is null and deleted_on is null';
const IN_HAND = 'agent_id is not null and closed_on is null and deleted_on is null';

/** Teams at work: how chats are handed out, who is there, what was offered to whom, and what was said automatically. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('team', (t) => {
    t.text('auto_assign');
    t.text('auto_complete');
  });
  await knex.schema.alterTable('agent', (t) => {
    t.boolean('is_program').notNullable().defaultTo(false);
  });
  await knex.raw('create index team_that_assigns on team (space_id, id) where auto_assign is not null');
  await knex.raw('create index team_that_completes on team (space_id, id) where auto_complete is not null');
  await knex.raw(`create index chat_waiting on chat (space_id, team_id, id) where ${WAITS}`);
  await knex.raw(`create index chat_in_hand on chat (space_id, agent_id) where ${IN_HAND}`);
  // Held while a team's chats are handed out; knows whose turn it was.
  await knex.schema.createTable('team_queue', (t) => {
    t.uuid('space_id').notNullable();
    t.text('team_id').notNullable();
    t.text('last_served');
    t.primary(['space_id', 'team_id']);
  });
  await knex.schema.createTable('presence', (t) => {
    t.uuid('space_id').notNullable();
    t.text('agent_id').notNullable();
    t.text('status').notNullable();
    t.text('chosen');
    t.bigInteger('since').notNullable();
    t.bigInteger('lost_on').index();
    t.integer('revision').notNullable();
    t.primary(['space_id', 'agent_id']);
  });
  // An open page of an agent; the node that holds it moves `live_until` on.
  await knex.schema.createTable('agent_connection', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.text('agent_id').notNullable();
    t.bigInteger('live_until').notNullable().index();
    t.index(['space_id', 'agent_id']);
  });
  // Whom a waiting chat is offered to (nobody, between two offers), and who did not take it.
  await knex.schema.createTable('chat_offer', (t) => {
    t.uuid('chat_id').primary();
    t.uuid('space_id').notNullable();
    t.text('team_id').notNullable();
    t.text('agent_id');
    t.text('tried').notNullable();
    t.bigInteger('expires_on').index();
    t.index(['space_id', 'agent_id']);
  });
  // Chats that are going to close by themselves, and whose customers were told so.
  await knex.schema.createTable('chat_quiet', (t) => {
    t.uuid('chat_id').primary();
    t.uuid('space_id').notNullable();
    t.integer('revision').notNullable();
    t.bigInteger('quiet_since').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['chat_quiet', 'chat_offer', 'agent_connection', 'presence', 'team_queue'])
    await knex.schema.dropTable(table);
  for (const index of ['chat_in_hand', 'chat_waiting', 'team_that_completes', 'team_that_assigns'])
    await knex.raw(`drop index ${index}`);
  await knex.schema.alterTable('agent', (t) => t.dropColumn('is_program'));
  await knex.schema.alterTable('team', (t) => t.dropColumns('auto_assign', 'auto_complete'));
}
