import { isMet, type Verdict } from './goals';
import type { DatabaseName } from './options';
import type { Figures } from './rounds';
import type { Fact, Section } from './sections/section';

/** One section as text: its table, its facts, and its goals. */
export function describeSection(database: DatabaseName, section: Section): string {
  const lines = [`${section.title} (${database})`, ''];
  if (section.figures.length > 0) lines.push(...table(section.figures), '');
  if (section.facts.length > 0) lines.push(...section.facts.map(describeFact), '');
  if (section.verdicts.length > 0) lines.push(...section.verdicts.map(describeVerdict), '');
  return lines.join('\n');
}

const HEAD = [
  'at',
  'who',
  'per second',
  'least - most',
  'p50 ms',
  'p99 ms',
  'CPU µs',
  'DB CPU µs',
  'body bytes',
];

function table(figures: readonly Figures[]): string[] {
  const rows = figures.map((figure) => [
    String(figure.connections),
    figure.name,
    whole(figure.perSecond.median),
    `${whole(figure.perSecond.least)} - ${whole(figure.perSecond.most)}`,
    figure.p50Ms.toFixed(2),
    figure.p99Ms.toFixed(2),
    whole(figure.cpuMicros),
    whole(figure.databaseCpuMicros),
    whole(figure.bodyBytes),
  ]);
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => `  ${row.map((cell, column) => padded(cell, column, widths[column])).join('  ')}`);
}

// Words stand to the left, figures to the right.
function padded(cell: string, column: number, width = 0): string {
  return HEAD[column] === 'who' ? cell.padEnd(width) : cell.padStart(width);
}

function describeFact({ what, value, unit }: Fact): string {
  return `         ${short(value)}${unit && ` ${unit}`}  ${what}`;
}

/** `ok     0.71 (0.68 - 0.74)  inbound / ..., goal 0.6 or more` */
export function describeVerdict(verdict: Verdict): string {
  const { what, value, spread, goal, unit = '' } = verdict;
  const range = spread ? ` (${short(spread.least)} - ${short(spread.most)})` : '';
  const wanted = 'atLeast' in goal ? `${goal.atLeast} or more` : `below ${goal.below} ${unit}`;
  const mark = isMet(verdict) ? 'ok   ' : 'short';
  return `  ${mark}  ${short(value)}${unit && ` ${unit}`}${range}  ${what}; goal ${wanted}`;
}

function short(value: number): string {
  if (value >= 100) return whole(value);
  return value.toFixed(2);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
