import type { Knex } from 'knex';

const OF_KEY = 'create unique index conversation_message_of_key on conversation_message';

/**
 * What is asked for by somebody's id or by a key is found by that alone, whatever PostgreSQL believed of a table that was
 * empty when it planned: its indexes begin with it. Somebody's chats are found in their order, so that a page of them
 * reads no more than the page.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_of_agent');
  await knex.raw('create index chat_of_agent on chat (agent_id, id) where agent_id is not null');
  await knex.raw('drop index chat_of_customer');
  await knex.raw('create index chat_of_customer on chat (customer_id, id)');
  await knex.raw('drop index conversation_message_of_key');
  await knex.raw(`${OF_KEY} (send_key, space_id) where send_key is not null`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index conversation_message_of_key');
  await knex.raw(`${OF_KEY} (space_id, send_key) where send_key is not null`);
  await knex.raw('drop index chat_of_customer');
  await knex.raw('create index chat_of_customer on chat (customer_id, space_id)');
  await knex.raw('drop index chat_of_agent');
  await knex.raw('create index chat_of_agent on chat (space_id, agent_id) where agent_id is not null');
}
