import type { Knex } from 'knex';

const IN_HAND = 'agent_id is not null and closed_on is null and deleted_on is null';

/**
 * The indexes of the chats that agents have, and of those that customers had, begin with the agent and the customer. With
 * the space in front, PostgreSQL, planning while there were no chats, took any other index of the space for as good, and
 * read all chats of the space for each of them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_in_hand');
  await knex.raw(`create index chat_in_hand on chat (agent_id, space_id) where ${IN_HAND}`);
  await knex.raw('drop index chat_space_id_customer_id_index');
  await knex.raw('create index chat_of_customer on chat (customer_id, space_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_of_customer');
  await knex.raw('create index chat_space_id_customer_id_index on chat (space_id, customer_id)');
  await knex.raw('drop index chat_in_hand');
  await knex.raw(`create index chat_in_hand on chat (space_id, agent_id) where ${IN_HAND}`);
}
