import path from 'node:path';
import type { Capabilities } from '../../plugins/contract/index';
import { type Ability, type Measured, measureChannel } from '../../plugins/testing/index';
import type { TriedChannel } from './channels';

/** Where the table stands in `adapters/README.md`. */
export const TABLE_PLACE = /(?<=<!-- capabilities -->\n)[\s\S]*?(?=<!-- end of capabilities -->)/;

/** The table of what channels can do. Throws where the kit finds that one does not. */
export async function capabilityTable(channels: readonly TriedChannel[]): Promise<string> {
  const rows: string[] = [];
  for (const channel of channels) rows.push(await rowOf(channel));
  return [line(COLUMNS.map(([title]) => title)), line(COLUMNS.map(() => '---')), ...rows, ''].join('\n');
}

/** What one channel can do, as the kit measured it. */
export async function rowOf({ folder, definition, provider }: TriedChannel): Promise<string> {
  const measured = await measureChannel({ ...provider, definition });
  const link = `[${definition.title}](${path.posix.relative('adapters', folder)}/README.md)`;
  const { capabilities } = definition;
  const cells = COLUMNS.slice(1).map(([, cell]) => cell({ capabilities, measured }));
  return line([link, ...cells]);
}

interface Channel {
  readonly capabilities: Capabilities;
  readonly measured: ReadonlyMap<Ability, Measured>;
}

type Cell = (channel: Channel) => string;

const COLUMNS: readonly (readonly [title: string, cell: Cell])[] = [
  ['channel', () => ''],
  ['text', text],
  ['files out', files],
  ['choices', choices],
  ['is told', states],
  ['first word', firstWord],
  ['time to answer', timeToAnswer],
  ['a lost answer', lostAnswer],
  [
    'at once',
    ({ capabilities, measured }) => proven(measured, 'sendConcurrency', capabilities.sendConcurrency),
  ],
  ['comes in by', comesInBy],
  ['also', also],
];

function text({ capabilities: { text: can }, measured }: Channel): string {
  return listed([
    proven(measured, 'text.maxLength', can.maxLength.toLocaleString('en')),
    can.html && proven(measured, 'text.html', 'HTML'),
    can.subject && proven(measured, 'text.subject', 'subject'),
  ]);
}

function files({ capabilities: { media }, measured }: Channel): string {
  if (!media) return 'links';
  const each = `${media.perMessage} of ${Math.round(media.maxBytes / 1e6)} MB${media.alone ? ', alone' : ''}`;
  return proven(measured, 'media', each);
}

function choices({ capabilities, measured }: Channel): string {
  const { choices: can } = capabilities;
  return can ? proven(measured, 'choices', `${can.max} of ${can.maxLabel} characters`) : 'numbered lines';
}

function states({ capabilities: { states: all, watermarks }, measured }: Channel): string {
  const told = all.map((state) => proven(measured, `states.${state}`, state));
  return told.length === 0
    ? 'nothing'
    : listed([...told, watermarks && proven(measured, 'watermarks', 'up to a time')]);
}

function firstWord({ capabilities: { canStart, templates }, measured }: Channel): string {
  if (canStart) return proven(measured, 'canStart', 'ours too');
  return templates ? proven(measured, 'templates', 'a template') : 'the customer’s';
}

function timeToAnswer({ capabilities, measured }: Channel): string {
  const { replyWindowHours: hours } = capabilities;
  return hours === undefined ? 'no end' : proven(measured, 'replyWindowHours', `${hours} h`);
}

function lostAnswer({ capabilities: { idempotentSend, lookup }, measured }: Channel): string {
  if (idempotentSend) return proven(measured, 'idempotentSend', 'sent again, taken once');
  if (lookup) return proven(measured, 'lookup', `looked up, ${lookup.settlesAfterMs / 1_000} s`);
  return 'unknown, until it is told';
}

function comesInBy({ measured }: Channel): string {
  const ways: readonly (readonly [Ability, string])[] = [
    ['webhook', 'webhook'],
    ['listen', 'listener'],
    ['client', 'apps'],
    ['site', 'pages'],
  ];
  return listed(ways.map(([ability, name]) => measured.has(ability) && proven(measured, ability, name)));
}

function also({ measured }: Channel): string {
  const more: readonly (readonly [Ability, string])[] = [
    ['openMedia', 'files in'],
    ['listSince', 'back-filling'],
    ['typing', 'typing'],
    ['markRead', 'read marks'],
  ];
  return listed(more.map(([ability, name]) => measured.has(ability) && proven(measured, ability, name)));
}

/** With a mark where only the channel's own word stands for it. */
function proven(measured: Channel['measured'], ability: Ability, words: string | number | undefined): string {
  if (words === undefined) return '';
  return measured.get(ability)?.is === 'proven' ? `${words}` : `${words}°`;
}

function listed(words: readonly (string | false | undefined)[]): string {
  return words.filter(Boolean).join(', ');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
