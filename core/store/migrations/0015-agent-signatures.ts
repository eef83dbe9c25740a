import type { Knex } from 'knex';

/** Agents have a signature of their own, for channels that have such a thing. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('agent', (t) => {
    t.text('signature');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('agent', (t) => t.dropColumn('signature'));
}
