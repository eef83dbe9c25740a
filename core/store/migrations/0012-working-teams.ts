import type { Knex } from 'knex';

/** Teams have leads, and calendars of holidays that are fetched again and again. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('team_member', (t) => {
    t.boolean('is_lead').notNullable().defaultTo(false);
  });
  await knex.schema.alterTable('team', (t) => {
    t.text('calendar');
  });
  await knex.schema.createTable('team_calendar', (t) => {
    t.uuid('space_id').notNullable();
    t.text('team_id').notNullable();
    t.text('url').notNullable();
    t.text('time_zone').notNullable();
    t.bigInteger('due_on').notNullable().index();
    t.bigInteger('fetched_on').notNullable();
    t.bigInteger('failing_since');
    t.integer('failures').notNullable();
    t.text('problem');
    t.integer('revision').notNullable();
    t.primary(['space_id', 'team_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('team_calendar');
  await knex.schema.alterTable('team', (t) => t.dropColumn('calendar'));
  await knex.schema.alterTable('team_member', (t) => t.dropColumn('is_lead'));
}
