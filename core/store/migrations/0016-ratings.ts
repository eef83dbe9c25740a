import type { Knex } from 'knex';

/** Ratings are listed and counted by when they were asked for, and what customers wrote with them is found in the log. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('satisfaction', (t) => {
    t.index(['space_id', 'asked_on', 'id']);
  });
  await knex.raw("create index event_rated on event (chat_id) where name = 'chat.rated'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index event_rated');
  await knex.schema.alterTable('satisfaction', (t) => {
    t.dropIndex(['space_id', 'asked_on', 'id']);
  });
}
