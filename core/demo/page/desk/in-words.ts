import { CHANNELS, type Start } from '../start';
import { nameOf } from './name-of';
import type { Chat, Happening } from './shapes';

export interface Words {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'warn' | 'bad';
}

interface Around {
  readonly start: Start;
  chatOf(id: string): string;
  teamOf(id: string): string;
}

type Tell = (payload: Happening['payload'], around: Around) => Words | string;

/** An event as a sentence; undefined for those that only set the demo up. */
export function inWords(event: Happening, start: Start, chats: readonly Chat[]): Words | undefined {
  const said = SAID[event.name]?.(event.payload, {
    start,
    chatOf: (id) => nameOf(chats.find((chat) => chat.id === id)?.name ?? 'somebody'),
    teamOf: (id) => start.teams.find((team) => team.id === id)?.name ?? id,
  });
  return typeof said === 'string' ? { text: said, tone: 'plain' } : said;
}

const SAID: Readonly<Record<string, Tell>> = {
  'chat.create': ({ name, channelId, teamId }, { teamOf }) =>
    `A chat begins: ${nameOf(name)}, by ${CHANNELS[channelId] ?? channelId}, at ${teamOf(teamId)}.`,
  'chatMessage.sent': ({ context, parts, channelId }, { chatOf }) => {
    const text = `“${String(parts[0]?.data ?? 'a file').slice(0, 80)}”`;
    if (context.direction === 'inbound') return `${chatOf(context.chatId)} says ${text}`;
    return `${context.from.name ?? context.from.id} answers ${text}, by ${CHANNELS[channelId] ?? channelId}.`;
  },
  'chatMessage.submitted': ({ chatId }, { chatOf }) => `The answer to ${chatOf(chatId)} was handed over.`,
  'chatMessage.delivered': ({ chatId, profileId }, { chatOf, start }) => {
    // What a customer wrote is delivered, too: to the agents.
    const agent = start.agents.find(({ id }) => id === profileId);
    if (agent) return `${agent.name} has what ${chatOf(chatId)} wrote.`;
    return { text: `The answer is on the device of ${chatOf(chatId)}.`, tone: 'good' };
  },
  'chatMessage.read': ({ chatId }, { chatOf }) => ({ text: `${chatOf(chatId)} has read it.`, tone: 'good' }),
  'chatMessage.failed': ({ chatId, failure }, { chatOf }) => ({
    text: `The answer to ${chatOf(chatId)} failed: ${String(failure?.reason ?? 'unknown').replaceAll('_', ' ')}${
      failure?.code === undefined ? '' : ` (code ${failure.code})`
    }.`,
    tone: 'bad',
  }),
  'chatMessage.unknown': ({ chatId }, { chatOf }) => ({
    text: `The provider did not say whether it has the answer to ${chatOf(chatId)}. It is looked up, and never sent twice.`,
    tone: 'warn',
  }),
  'chat.transferred': ({ id, previousTeamId, teamId }, { chatOf, teamOf }) =>
    `${chatOf(id)} was handed from ${teamOf(previousTeamId)} to ${teamOf(teamId)}. Answers still go back the way they came.`,
  'chat.channelUpdated': ({ id, previousChannelId, channelId, route }, { chatOf }) =>
    `${chatOf(id)} goes on by ${CHANNELS[channelId] ?? channelId}${
      channelId === 'email' ? ` to ${route?.address}` : ''
    }; it was by ${CHANNELS[previousChannelId] ?? previousChannelId}.`,
  'chat.closed': ({ id }, { chatOf }) => `The chat with ${chatOf(id)} is closed.`,
  'channel.healthChanged': ({ kind, state, error, previousState }) => {
    const channel = CHANNELS[kind] ?? kind;
    const setting = error?.setting === undefined ? '' : ` (${error.setting})`;
    if (state === 'connecting') return `${sentence(channel)} is being connected.`;
    if (state === 'connected') {
      const isFirst = previousState === 'unchecked' || previousState === 'connecting';
      const again = isFirst ? '' : ' again: what waited goes out in order';
      return { text: `${sentence(channel)} works${again}.`, tone: 'good' };
    }
    return { text: `${sentence(channel)} is in trouble: ${error?.message ?? state}${setting}.`, tone: 'bad' };
  },
};

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
