import type { Knex } from 'knex';

/** The nodes that are alive, and which of them holds which lease: a lease lives exactly as long as its owner's row. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('node', (t) => {
    t.uuid('id').primary();
    t.bigInteger('until').notNullable();
    t.bigInteger('started_on').notNullable();
  });
  await knex.schema.dropTable('lease');
  await knex.schema.createTable('lease', (t) => {
    t.text('name').primary();
    t.uuid('owner').notNullable().index();
    t.bigInteger('token').notNullable();
    // The node that has too few and would like this one.
    t.uuid('asked_by');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('lease');
  await knex.schema.createTable('lease', (t) => {
    t.text('name').primary();
    t.text('owner').notNullable();
    t.bigInteger('token').notNullable();
    t.bigInteger('until').notNullable();
  });
  await knex.schema.dropTable('node');
}
