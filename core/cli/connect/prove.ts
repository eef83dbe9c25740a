import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Api } from '../api';
import type { Desk } from '../desk';
import { CommandFailure } from '../failure';
import { type Account, chat, message } from './shapes';

interface Proof {
  readonly account: Account;
  /** Who answers. */
  readonly agentId: string;
  /** What the person does. */
  readonly tryIt: string;
}

const ANSWER = 'Your message has arrived, and this is the answer: the channel is connected.';
const EVERY_MS = 500;
const REMIND_EVERY_MS = 60_000;
const ARRIVED = new Set(['sent', 'delivered', 'read']);

/** Ends when a message of the person has come in, and an answer to it has gone out. */
export async function proveBothWays(
  desk: Pick<Desk, 'say' | 'signal'>,
  api: Api,
  { account, agentId, tryIt }: Proof,
): Promise<void> {
  desk.say(`\nNow try it. ${tryIt}`);
  const begun = await until(
    desk,
    `Nothing has arrived yet. Ctrl+C ends this; the account ${account.id} stays.`,
    async () => {
      const chats = await api.get(`/chats?channelId=${encodeURIComponent(account.kind)}`, z.array(chat));
      return chats.find(({ route }) => route?.accountId === account.id);
    },
  );
  desk.say('It has arrived. The answer is on its way.');
  const messages = `/chats/${begun.id}/messages`;
  const parts = [{ type: 'text/plain', data: ANSWER }];
  const answer = await api.send('POST', messages, {
    body: { from: { profileId: agentId }, parts },
    shape: message,
  });
  await until(desk, 'The provider has not taken the answer yet.', async () => {
    const { status = '', failure } = await api.get(`${messages}/${answer.id}`, message);
    if (status === 'failed')
      throw new CommandFailure(
        'failed',
        `the answer did not go out: ${failure?.message ?? failure?.reason ?? 'no reason was given'}`,
      );
    return ARRIVED.has(status) ? status : undefined;
  });
  desk.say('The answer has gone out: look whether you got it.');
}

async function until<T>(
  { say, signal }: Pick<Desk, 'say' | 'signal'>,
  reminder: string,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += EVERY_MS) {
    const found = await probe();
    if (found !== undefined) return found;
    if (waitedMs > 0 && waitedMs % REMIND_EVERY_MS === 0) say(reminder);
    try {
      await pause(EVERY_MS, undefined, { signal });
    } catch (cause) {
      throw new CommandFailure('interrupted', 'interrupted', { cause });
    }
  }
}
