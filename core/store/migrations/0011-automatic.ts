import type { Knex } from 'knex';

/** What teams say by themselves: what is due, what was said to whom, and what customers answered when asked. */
export async function up(knex: Knex): Promise<void> {
  // Decided in the transaction that takes the row away, so that it is said once on however many nodes.
  await knex.schema.createTable('automatic_due', (t) => {
    t.uuid('chat_id').notNullable();
    t.text('kind').notNullable();
    t.uuid('space_id').notNullable();
    t.bigInteger('due_on').notNullable().index();
    t.bigInteger('made_on').notNullable();
    t.primary(['chat_id', 'kind']);
  });
  await knex.schema.createTable('automatic_said', (t) => {
    t.uuid('account_id').notNullable();
    t.text('address').notNullable();
    t.text('kind').notNullable();
    t.uuid('space_id').notNullable();
    t.bigInteger('said_on').notNullable().index();
    t.primary(['account_id', 'address', 'kind']);
  });
  await knex.schema.createTable('satisfaction', (t) => {
    t.uuid('id').primary();
    t.uuid('chat_id').notNullable().unique();
    t.uuid('space_id').notNullable();
    t.text('team_id').notNullable();
    t.text('agent_id');
    t.text('customer_id').notNullable();
    t.text('asked_by').notNullable();
    t.bigInteger('asked_on').notNullable();
    t.bigInteger('expires_on').notNullable();
    t.integer('rating');
    t.text('comment');
    t.bigInteger('rated_on');
    t.index(['space_id', 'customer_id', 'asked_on']);
  });
  // Nodes ask for what changed of teams.
  await knex.schema.alterTable('team', (t) => {
    t.index(['updated_on']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('team', (t) => {
    t.dropIndex(['updated_on']);
  });
  for (const table of ['satisfaction', 'automatic_said', 'automatic_due']) await knex.schema.dropTable(table);
}
