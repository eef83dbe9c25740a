import type { Knex } from 'knex';

/** The time to answer and its warning, what was done to messages later, pictures of people, and watermarks that came before their messages. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('chat', (t) => {
    // The last message of the customer for which the end of the time to answer was announced.
    t.bigInteger('warned_of');
    t.text('control');
  });
  await knex.raw(
    `create index chat_reply_window on chat (route_account_id, last_inbound_on)
     where closed_on is null and deleted_on is null and route_account_id is not null`,
  );
  await knex.schema.alterTable('message', (t) => {
    t.text('changes');
  });
  await knex.schema.alterTable('profile', (t) => {
    t.uuid('picture_id');
  });
  // What was done to a message that is not here yet.
  await knex.schema.createTable('parked_change', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('external_id').notNullable();
    t.text('change').notNullable();
    t.bigInteger('received_on').notNullable().index();
    t.index(['account_id', 'external_id']);
  });
  await knex.schema.createTable('watermark', (t) => {
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('address').notNullable();
    t.text('state').notNullable();
    t.bigInteger('up_to').notNullable();
    t.bigInteger('at').notNullable();
    t.primary(['account_id', 'address', 'state']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('watermark');
  await knex.schema.dropTable('parked_change');
  await knex.schema.alterTable('profile', (t) => t.dropColumn('picture_id'));
  await knex.schema.alterTable('message', (t) => t.dropColumn('changes'));
  await knex.raw('drop index chat_reply_window');
  await knex.schema.alterTable('chat', (t) => t.dropColumns('warned_of', 'control'));
}
