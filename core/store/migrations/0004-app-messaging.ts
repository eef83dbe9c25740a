import type { Knex } from 'knex';

/** Sessions of end users, their conversations, and what was said there. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('client_session', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('profile_id').notNullable();
    t.boolean('is_agent').notNullable();
    t.text('device').notNullable();
    t.text('source_address').notNullable();
    t.text('push');
    t.bigInteger('created_on').notNullable();
    t.bigInteger('expires_on').notNullable().index();
    t.bigInteger('ended_on').index();
    // A node that holds a socket of it moves this on; what lies behind it is not connected.
    t.bigInteger('online_until').notNullable();
    t.index(['space_id', 'profile_id']);
  });
  // Invariant: a challenge serves once.
  await knex.schema.createTable('client_challenge', (t) => {
    t.text('id').primary();
    t.bigInteger('expires_on').notNullable().index();
  });
  await knex.schema.createTable('conversation', (t) => {
    t.uuid('space_id').notNullable();
    t.text('id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('name').notNullable();
    t.text('description');
    t.text('roles').notNullable();
    t.boolean('is_public').notNullable();
    t.integer('last_event_id').notNullable();
    t.integer('latest_sent_event_id').notNullable();
    t.integer('revision').notNullable();
    t.bigInteger('created_on').notNullable();
    t.text('created_by').notNullable();
    t.bigInteger('updated_on').notNullable();
    t.text('updated_by').notNullable();
    t.bigInteger('deleted_on');
    t.primary(['space_id', 'id']);
  });
  await knex.schema.createTable('conversation_participant', (t) => {
    t.uuid('space_id').notNullable();
    t.text('conversation_id').notNullable();
    t.text('profile_id').notNullable();
    t.text('role').notNullable();
    t.bigInteger('joined_on').notNullable();
    t.primary(['space_id', 'conversation_id', 'profile_id']);
    t.index(['space_id', 'profile_id']);
  });
  await knex.schema.createTable('conversation_message', (t) => {
    t.uuid('id').primary();
    t.uuid('space_id').notNullable();
    t.text('conversation_id').notNullable();
    t.integer('sent_event_id').notNullable();
    t.text('from_id').notNullable();
    t.text('from_name');
    // The customer that an agent's answer is for: their marks are its receipts.
    t.text('answers');
    t.text('sent_by').notNullable();
    t.bigInteger('sent_on').notNullable();
    t.text('metadata');
    t.text('parts').notNullable();
    t.text('alert');
    t.text('status_updates').notNullable();
    t.text('send_key');
    t.unique(['space_id', 'conversation_id', 'sent_event_id']);
  });
  // Invariant: the same key is the same message.
  await knex.raw(
    'create unique index conversation_message_of_key on conversation_message (space_id, send_key) where send_key is not null',
  );
  // Invariant: inside a conversation, event ids run 1, 2, 3.
  await knex.schema.createTable('conversation_event', (t) => {
    t.uuid('space_id').notNullable();
    t.text('conversation_id').notNullable();
    t.integer('number').notNullable();
    t.uuid('event_id').notNullable();
    t.text('name').notNullable();
    t.uuid('message_id').notNullable();
    t.text('profile_id').notNullable();
    t.bigInteger('at').notNullable();
    t.primary(['space_id', 'conversation_id', 'number']);
  });
}

export async function down(knex: Knex): Promise<void> {
  const tables = ['conversation_event', 'conversation_message', 'conversation_participant', 'conversation'];
  for (const table of [...tables, 'client_challenge', 'client_session'])
    await knex.schema.dropTableIfExists(table);
}
