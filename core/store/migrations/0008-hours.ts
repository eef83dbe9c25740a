import type { Knex } from 'knex';

const WITH_ROUTE = 'where closed_on is null and deleted_on is null and route_account_id is not null';

/**
 * Times that change with every message leave the indexes of the chat for their hours, which change once an hour: a
 * message then writes a chat and none of its indexes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('chat', (t) => {
    t.bigInteger('updated_hour').notNullable().defaultTo(0);
    t.bigInteger('inbound_hour');
  });
  await knex.raw(
    'update chat set updated_hour = updated_on / 3600000, inbound_hour = last_inbound_on / 3600000',
  );
  await knex.schema.alterTable('chat', (t) => {
    t.dropIndex(['space_id', 'updated_on']);
    t.index(['space_id', 'updated_hour']);
  });
  await knex.raw('drop index chat_reply_window');
  await knex.raw(`create index chat_reply_hour on chat (route_account_id, inbound_hour) ${WITH_ROUTE}`);
  // Room in each page for the next version of its rows, without which PostgreSQL writes all indexes after all.
  if (knex.client.config.client === 'pg') await knex.raw('alter table chat set (fillfactor = 80)');
}

export async function down(knex: Knex): Promise<void> {
  if (knex.client.config.client === 'pg') await knex.raw('alter table chat reset (fillfactor)');
  await knex.raw('drop index chat_reply_hour');
  await knex.raw(`create index chat_reply_window on chat (route_account_id, last_inbound_on) ${WITH_ROUTE}`);
  await knex.schema.alterTable('chat', (t) => {
    t.dropIndex(['space_id', 'updated_hour']);
    t.index(['space_id', 'updated_on']);
  });
  await knex.schema.alterTable('chat', (t) => t.dropColumns('updated_hour', 'inbound_hour'));
}
