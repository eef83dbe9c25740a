import type { Capabilities } from '../contract/index';
import { collectingRunner, type Outcome } from './collect';
import { describeChannel, type KitOptions } from './describe-channel';
import type { Surface } from './kit';

/** What a channel may be able to do: a capability, a state that it tells of, or an optional member. */
export type Ability =
  | Exclude<keyof Capabilities, 'text' | 'states'>
  | `text.${keyof Capabilities['text']}`
  | `states.${Capabilities['states'][number]}`
  | Surface;

/** What the kit found of one ability. */
export type Measured =
  | { readonly is: 'proven' }
  /** The check that would prove it was left out, for this reason. */
  | { readonly is: 'left-out'; readonly reason: string }
  /** Only the channel's own word: no check can try it on this provider. */
  | { readonly is: 'declared' };

/** Runs the checks that prove what a channel declares, and gives what came of each ability. Throws where one does not hold. */
export async function measureChannel<Config extends object>(
  options: Omit<KitOptions<Config>, 'runner'>,
): Promise<ReadonlyMap<Ability, Measured>> {
  const runner = collectingRunner();
  describeChannel({ ...options, runner });
  const measured = new Map<Ability, Measured>();
  for (const ability of abilitiesOf(options)) {
    const [outcome] = await runner.run({ only: proofOf(ability) ?? NO_PROOF });
    if (outcome?.state === 'failed')
      throw new Error(`${options.definition.id}: ${ability}: ${outcome.error}`);
    measured.set(ability, verdictOn(outcome));
  }
  return measured;
}

function abilitiesOf({
  definition: { capabilities },
  supports,
}: Pick<KitOptions<object>, 'supports'> & {
  readonly definition: { readonly capabilities: Capabilities };
}): readonly Ability[] {
  const { text, states, ...others } = capabilities;
  const has = (value: unknown): boolean => value !== undefined && value !== false;
  return [
    ...typedEntries(text).flatMap(([name, value]) => (has(value) ? [`text.${name}` as const] : [])),
    ...typedEntries(others).flatMap(([name, value]) => (has(value) ? [name] : [])),
    ...states.map((state) => `states.${state}` as const),
    ...supports,
  ];
}

function typedEntries<T extends object>(of: T): (readonly [keyof T & string, unknown])[] {
  return Object.entries(of) as [keyof T & string, unknown][];
}

// No check begins so.
const NO_PROOF = '\u0000';

const PROOFS: Partial<Readonly<Record<Ability, string>>> = {
  'text.maxLength': 'send: takes a text of exactly the declared length',
  'text.html': 'send: HTML and subject reach the customer',
  'text.subject': 'send: HTML and subject reach the customer',
  media: 'send: media goes out, with words and without, as many as declared',
  choices: 'send: choices reach the customer',
  templates: 'send: a template goes out by its name, with its blanks filled',
  idempotentSend: 'send: the same key twice is one message',
  lookup: 'lookup: what was sent is found',
  sendConcurrency: 'send: as many at once as declared do not get mixed up',
  webhook: 'webhook: a message arrives whole',
  client: 'client: whoever is proven comes in, as themselves',
  site: 'site: whoever is proven comes in, as themselves',
  listen: 'listener: what is there and what comes is handed in, in order',
  findSent: 'lookup: what was sent is found',
  listSince: 'backlog: what was missed is handed in once each, oldest first',
  openMedia: 'media: a file is read as it is at the provider',
  typing: 'hints: showing that somebody types sends nothing',
  markRead: 'hints: showing that something was read sends nothing',
};

function proofOf(ability: Ability): string | undefined {
  if (!ability.startsWith('states.')) return PROOFS[ability];
  return `status: ${ability.slice('states.'.length)} comes back for the message that was sent`;
}

function verdictOn(outcome: Outcome | undefined): Measured {
  if (outcome?.state === 'passed') return { is: 'proven' };
  const [, reason] = /\(left out: (.*)\)$/s.exec(outcome?.name ?? '') ?? [];
  return reason === undefined ? { is: 'declared' } : { is: 'left-out', reason };
}
