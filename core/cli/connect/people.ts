import { z } from 'zod';
import type { Api } from '../api';
import type { Desk } from '../desk';
import { CommandFailure } from '../failure';
import { choose } from './form';
import { agent, type Team, team } from './shapes';

/** Who may be asked: nobody, where the settings come from a file. */
export interface People {
  readonly api: Api;
  readonly desk: Pick<Desk, 'ask' | 'say'>;
  readonly isAsked: boolean;
}

/** The team that gets the chats: the given one, the only one, the chosen one, or a new one. */
export async function teamFor({ api, desk, isAsked }: People, given: string | undefined): Promise<Team> {
  const teams = await api.get('/chat/config/teams', z.array(team));
  if (given !== undefined) return theOne(teams, given);
  const [only, ...others] = teams;
  if (only && others.length === 0) return only;
  if (!isAsked)
    throw new CommandFailure(
      'usage',
      `say which team gets its chats, with --team: ${teams.map(({ id }) => id).join(', ') || 'there is none yet'}`,
    );
  if (!only) {
    const name = await answerTo(desk, 'There is no team yet. What is the team called that gets the chats?');
    return api.send('POST', '/chat/config/teams', { body: { name }, shape: team });
  }
  desk.say('Which team gets the chats?');
  for (const [at, { name }] of teams.entries()) desk.say(`  ${at + 1}. ${name}`);
  return choose(desk, teams);
}

function theOne(teams: readonly Team[], id: string): Team {
  const found = teams.find((one) => one.id === id);
  if (found) return found;
  throw new CommandFailure(
    'usage',
    `there is no team "${id}"; there are ${teams.map((one) => one.id).join(', ') || 'none'}`,
  );
}

/** Whoever answers the first message: the given agent, one of the team, or a new one. */
export async function agentFor({ api, desk }: People, of: Team, given: string | undefined): Promise<string> {
  const [member] = of.members;
  const known = given ?? member?.username;
  if (known !== undefined) return known;
  desk.say(`The team ${of.name} has no agent yet, and somebody has to answer.`);
  const name = await answerTo(desk, 'The name of an agent');
  const email = await answerTo(desk, 'Their mail address');
  const { id } = await api.send('POST', '/chat/config/agents', { body: { name, email }, shape: agent });
  const members = [{ username: id }];
  await api.send('PUT', `/chat/config/teams/${of.id}`, { body: { name: of.name, members }, shape: team });
  return id;
}

async function answerTo(desk: Pick<Desk, 'ask' | 'say'>, question: string): Promise<string> {
  for (;;) {
    const answer = (await desk.ask(question)).trim();
    if (answer !== '') return answer;
    desk.say('It cannot be empty.');
  }
}
