import type { Knex } from 'knex';

/** Devices of sessions, addresses that customers left, and chats that moved because their customer was away. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('client_session', (t) => {
    t.text('device_id');
    t.index(['account_id', 'device_id']);
  });
  // Nobody has proven these: they make nobody the owner of an address.
  await knex.schema.createTable('left_address', (t) => {
    t.uuid('space_id').notNullable();
    t.text('profile_id').notNullable();
    t.text('channel_id').notNullable();
    t.text('address').notNullable();
    t.bigInteger('left_on').notNullable();
    t.primary(['space_id', 'profile_id', 'channel_id']);
  });
  await knex.schema.createTable('away_move', (t) => {
    t.uuid('chat_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('address').notNullable();
    t.bigInteger('moved_on').notNullable();
    t.index(['account_id', 'moved_on']);
    t.index(['address', 'moved_on']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['away_move', 'left_address']) await knex.schema.dropTableIfExists(table);
  await knex.schema.alterTable('client_session', (t) => {
    t.dropIndex(['account_id', 'device_id']);
    t.dropColumn('device_id');
  });
}
