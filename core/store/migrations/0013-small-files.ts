import type { Knex } from 'knex';

/** Files that are small lie with their message: storing both costs one commit. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('media', (t) => {
    t.binary('content');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('media', (t) => t.dropColumn('content'));
}
