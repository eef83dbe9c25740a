import Ajv from 'ajv/dist/2020';
import type { Desk } from '../desk';
import type { Field, Part } from './settings-schema';

type Asker = Pick<Desk, 'ask' | 'say'>;

/** Asks for one setting until the answer is one; nothing is one too where `ifEmpty` says what that means. */
export async function askSetting(desk: Asker, { path, schema }: Field, ifEmpty?: string): Promise<unknown> {
  const name = schema.title ?? path;
  if (schema.description) desk.say(`\n${name}: ${schema.description}`);
  for (;;) {
    const answer = (
      await desk.ask(`${name}${hintOf(schema, ifEmpty)}`, { isSecret: schema.writeOnly === true })
    ).trim();
    if (answer === '' && ifEmpty !== undefined) return undefined;
    const value = answer === '' ? schema.default : asWanted(answer, schema);
    const problem = value === undefined ? 'it cannot be empty' : problemOf(value, schema);
    if (problem === undefined) return value;
    desk.say(`That does not fit: ${problem}.`);
  }
}

function hintOf(schema: Part, ifEmpty: string | undefined): string {
  const hints = [
    ...(schema.enum ? [schema.enum.join(' or ')] : []),
    ...(schema.type === 'boolean' ? ['yes or no'] : []),
    ...(schema.type === 'array' ? ['several by comma'] : []),
    ...(schema.writeOnly ? ['not shown'] : []),
    ...(ifEmpty === undefined ? [] : [ifEmpty]),
  ];
  return hints.length > 0 ? ` (${hints.join('; ')})` : '';
}

const YES_OR_NO: Readonly<Record<string, boolean>> = {
  ...{ y: true, yes: true, true: true },
  ...{ n: false, no: false, false: false },
};

/** The answer as the schema wants it; what cannot be turned into that stays a text, and does not fit. */
function asWanted(answer: string, { type }: Part): unknown {
  if (type === 'boolean') return YES_OR_NO[answer.toLowerCase()] ?? answer;
  if (type === 'integer' || type === 'number')
    return Number.isFinite(Number(answer)) ? Number(answer) : answer;
  if (type === 'array')
    return answer
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  return answer;
}

const ajv = new Ajv({ strict: false });

function problemOf(value: unknown, schema: Part): string | undefined {
  const validate = ajv.compile(schema);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  if (error?.keyword === 'type' && schema.type === 'boolean') return 'answer yes or no';
  if (error?.keyword === 'pattern') return 'it has another form than described above';
  return `it ${error?.message ?? 'is not valid'}`;
}
