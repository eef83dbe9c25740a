import { z } from 'zod';
import type { Vault } from '../channels/secrets';
import type { Egress } from '../egress/egress';
import { EgressFailed, EgressRefused } from '../egress/errors';
import { signatureHeaders } from '../events/signatures';
import type { Log } from '../log';
import { newId } from '../model/id';
import { type Instant, iso } from '../model/instant';
import { openDeciderSecret } from '../services/team-decider';
import type { Question } from './question';

/** What came of a question. */
export interface Word {
  readonly asked: ReadonlySet<string>;
  /** Whom it chose, by the ids of chats. */
  readonly chosen: ReadonlyMap<string, string>;
  /** Why it chose nobody at all. */
  readonly failure?: string | undefined;
}

const BUDGET_MS = 2_000;
const MOST_ANSWER_BYTES = 256 * 1024;
const FAILURES_IN_A_ROW = 3;
const PAUSE_MS = 30_000;
const HEADERS = { 'content-type': 'application/json', 'user-agent': 'Parley-Deciders/1' };

const answer = z.object({
  assignments: z.array(z.object({ chatId: z.string(), agentId: z.string() })).max(1_000),
});

interface Trouble {
  readonly failures: number;
  /** Until then nobody waits for it. */
  readonly pausedUntil: Instant;
}

export interface DecidersOptions {
  readonly egress: Egress;
  readonly vault: Vault;
  readonly log: Log;
  readonly now: () => Instant;
}

/** Asks the deciders of teams, each for two seconds at most; one that fails again and again is left alone for a while. */
export class Deciders {
  private readonly options: DecidersOptions;
  private readonly troubles = new Map<string, Trouble>();

  constructor(options: DecidersOptions) {
    this.options = options;
  }

  /** Asks once. Never throws for what the decider does: the team's own rule is there. */
  async ask(question: Question, signal: AbortSignal): Promise<Word> {
    const name = `${question.spaceId} ${question.teamId} ${question.decider.url}`;
    const { now, log } = this.options;
    const asked = new Set(question.chatIds);
    const trouble = this.troubles.get(name);
    if (trouble && now() < trouble.pausedUntil) {
      const failure = `the decider failed ${trouble.failures} times and is not asked until ${iso(trouble.pausedUntil)}`;
      return { asked, chosen: new Map(), failure };
    }
    try {
      const chosen = await this.post(question, signal);
      this.troubles.delete(name);
      return { asked, chosen };
    } catch (error) {
      if (!(error instanceof EgressFailed || error instanceof EgressRefused || error instanceof Misfit))
        throw error;
      if (!signal.aborted) this.note(name, trouble);
      log.warn({ error, teamId: question.teamId }, 'decider did not decide');
      return { asked, chosen: new Map(), failure: `the decider failed: ${error.message}` };
    }
  }

  private async post(question: Question, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { egress, vault, now } = this.options;
    const at = new Date(now());
    const body = JSON.stringify({ ...question.content, timestamp: at.toISOString() });
    const secrets = [openDeciderSecret(vault, question, question.decider)];
    const signed = signatureHeaders({ id: newId(), timestamp: at, body, secrets });
    const budget = AbortSignal.timeout(BUDGET_MS);
    const { status, ...said } = await egress
      .post(question.decider.url, {
        ...{ headers: { ...HEADERS, ...signed }, body, mostBytes: MOST_ANSWER_BYTES },
        signal: AbortSignal.any([signal, budget]),
      })
      .catch((error: unknown) => {
        throw budget.aborted && !signal.aborted ? tooLate(error) : error;
      });
    if (status !== 200) throw new Misfit(`it answered with ${status}, not with 200`);
    if (!said.isWhole)
      throw budget.aborted ? tooLate() : new Misfit(`it answered with more than ${MOST_ANSWER_BYTES} bytes`);
    return read(said.body);
  }

  private note(name: string, before: Trouble | undefined): void {
    const failures = (before?.failures ?? 0) + 1;
    const pausedUntil = failures < FAILURES_IN_A_ROW ? 0 : this.options.now() + PAUSE_MS;
    this.troubles.set(name, { failures, pausedUntil });
  }
}

/** An answer that is not as agreed. */
class Misfit extends Error {
  override readonly name = 'Misfit';
}

function tooLate(cause?: unknown): Misfit {
  return new Misfit(`it did not answer within ${BUDGET_MS / 1000} s`, { cause });
}

function read(body: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new Misfit('it answered with what is not JSON', { cause });
  }
  const { success, data, error } = answer.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    throw new Misfit(`its answer is not as agreed: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return new Map(data.assignments.map(({ chatId, agentId }) => [chatId, agentId]));
}
