import type { Knex } from 'knex';

/** Web hooks: who wants to hear of what, and every delivery with what became of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('webhook', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable().index();
    t.text('name').notNullable();
    t.text('url').notNullable();
    t.text('subscriptions').notNullable();
    t.text('secrets').notNullable();
    t.boolean('batch').notNullable();
    t.integer('max_batch_size').notNullable();
    t.integer('batch_timeout_secs').notNullable();
    t.integer('heartbeat_secs');
    t.boolean('is_enabled').notNullable();
    t.text('disabled_reason');
    t.bigInteger('failing_since');
    t.bigInteger('last_success_on');
    // Everything in the log up to here was taken up: passed over, or made a delivery.
    t.bigInteger('cursor').notNullable();
    // The number that was given last.
    t.bigInteger('sequence').notNullable();
    t.integer('nudges').notNullable();
    t.integer('revision').notNullable();
    t.bigInteger('created_on').notNullable();
    t.text('created_by').notNullable();
    t.bigInteger('updated_on').notNullable();
    t.text('updated_by').notNullable();
    t.bigInteger('deleted_on');
  });
  await knex.schema.createTable('webhook_delivery', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('webhook_id').notNullable();
    t.bigInteger('sequence').notNullable();
    t.integer('count').notNullable();
    t.text('seqs').notNullable();
    // Deliveries with the same one leave one after the other.
    t.text('lane').notNullable();
    t.text('state').notNullable();
    t.boolean('is_replay').notNullable();
    t.integer('attempts').notNullable();
    t.bigInteger('not_before').notNullable();
    t.text('last_attempt');
    t.bigInteger('created_on').notNullable();
    t.bigInteger('settled_on');
    // Invariant: numbers of an endpoint run 1, 2, 3.
    t.unique(['webhook_id', 'sequence']);
  });
  await knex.raw(
    "create index webhook_delivery_waiting on webhook_delivery (webhook_id, sequence) where state = 'waiting'",
  );
  await knex.raw(
    "create index webhook_delivery_settled on webhook_delivery (settled_on) where state <> 'waiting'",
  );
  await knex.schema.createTable('webhook_replay', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('webhook_id').notNullable().index();
    t.bigInteger('from_seq').notNullable();
    t.bigInteger('to_seq').notNullable();
    // Where it has come to.
    t.bigInteger('at_seq').notNullable();
    t.text('types');
    t.bigInteger('created_on').notNullable();
    t.text('created_by').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['webhook_replay', 'webhook_delivery', 'webhook'])
    await knex.schema.dropTableIfExists(table);
}
