import type { Knex } from 'knex';

/**
 * The index of a team's chats begins with the team and has no condition. It had one that the customer's active chat
 * fulfils as well, and the space in front: PostgreSQL, which believes that hardly anything is null in a table that it has
 * no statistics of, took it for as good a way to that one chat, and read all active chats of the space for it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_of_team');
  await knex.raw('create index chat_of_team on chat (team_id, space_id, closed_on)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index chat_of_team');
  await knex.raw(
    'create index chat_of_team on chat (space_id, team_id) where closed_on is null and deleted_on is null',
  );
}
