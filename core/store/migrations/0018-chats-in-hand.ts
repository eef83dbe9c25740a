import type { Knex } from 'knex';

const IN_HAND = 'agent_id is not null and closed_on is null and deleted_on is null';

/**
 * The index of the open chats that agents have begins with the agent. With the space in front, PostgreSQL, planning while
 * there were no chats, took any other index of the space for as good, and read all chats of the space for each agent.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_in_hand');
  await knex.raw(`create index chat_in_hand on chat (agent_id, space_id) where ${IN_HAND}`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_in_hand');
  await knex.raw(`create index chat_in_hand on chat (space_id, agent_id) where ${IN_HAND}`);
}
