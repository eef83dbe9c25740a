import { randomBytes } from 'node:crypto';
import type { Desk } from '../desk';
import { CommandFailure } from '../failure';
import { askSetting } from './question';
import { type Field, fieldsOf, type Part, type Settings, withSetting } from './settings-schema';

type Asker = Pick<Desk, 'ask' | 'say'>;

/** Asks for all that a schema wants; `madeUp` are settings that nobody has to think of. */
export async function askSettings(desk: Asker, schema: Part, madeUp: readonly string[]): Promise<Settings> {
  let settings: Settings = {};
  for (const name of madeUp) settings = withSetting(settings, name, randomBytes(16).toString('hex'));
  const isNew = ({ path }: Field): boolean => !madeUp.includes(path);
  const { required, optional } = everyFieldOf(schema);
  for (const ask of required) settings = await ask(desk, settings, isNew);
  const further = optional.filter(isNew);
  if (further.length === 0) return settings;
  const names = further.map(({ path, schema: one }) => one.title ?? path).join(', ');
  const answer = await desk.ask(
    `\nThere are ${further.length} further settings (${names}). Set some of them? (yes or no)`,
  );
  if (!/^y/i.test(answer.trim())) return settings;
  for (const field of further) {
    const value = await askSetting(desk, field, 'Enter leaves it out');
    if (value !== undefined) settings = withSetting(settings, field.path, value);
  }
  return settings;
}

type Step = (desk: Asker, settings: Settings, isNew: (field: Field) => boolean) => Promise<Settings>;

/** What must be asked, objects and alternatives included, and what may be. */
function everyFieldOf(schema: Part, prefix = ''): { readonly required: Step[]; readonly optional: Field[] } {
  const { required, oneOf, optional } = fieldsOf(schema, prefix);
  const steps: Step[] = [];
  const later: Field[] = [];
  for (const field of required) {
    if (field.schema.type !== 'object') {
      steps.push(stepOf(field));
      continue;
    }
    const below = everyFieldOf(field.schema, `${field.path}.`);
    steps.push(headingOf(field), ...below.required);
    later.push(...below.optional);
  }
  if (oneOf.length > 0) steps.push(choiceOf(oneOf));
  // What is optional and has parts of its own is for a file of settings.
  later.push(...optional.filter((field) => field.schema.type !== 'object'));
  return { required: steps, optional: later };
}

function stepOf(field: Field): Step {
  return async (desk, settings, isNew) => {
    if (!isNew(field)) return settings;
    return withSetting(settings, field.path, await askSetting(desk, field));
  };
}

function headingOf({ path, schema }: Field): Step {
  return async (desk, settings) => {
    desk.say(`\n${schema.title ?? path}${schema.description ? `: ${schema.description}` : ''}`);
    return settings;
  };
}

/** One of several must be set: which one? */
function choiceOf(alternatives: readonly Field[][]): Step {
  return async (desk, settings, isNew) => {
    desk.say('\nOne of these:');
    for (const [at, fields] of alternatives.entries())
      desk.say(`  ${at + 1}. ${fields.map(({ path, schema }) => schema.title ?? path).join(' and ')}`);
    const chosen = await choose(desk, alternatives);
    let after = settings;
    for (const field of chosen) {
      const steps =
        field.schema.type === 'object'
          ? everyFieldOf(field.schema, `${field.path}.`).required
          : [stepOf(field)];
      for (const step of steps) after = await step(desk, after, isNew);
    }
    return after;
  };
}

/** Lets one of several be chosen by its number in the list that was shown. */
export async function choose<T>(desk: Asker, from: readonly T[]): Promise<T> {
  if (from.length === 0) throw new CommandFailure('failed', 'there is nothing to choose from');
  for (;;) {
    const chosen = from[Number((await desk.ask(`Which one? (1 to ${from.length})`)).trim()) - 1];
    if (chosen !== undefined) return chosen;
    desk.say(`Answer with a number from 1 to ${from.length}.`);
  }
}
