import type { Calendar } from './calendar';
import { type Hours, hoursOf } from './hours';

/** What a team says by itself on one channel; what is absent it does not say. */
export interface AutomaticRules {
  readonly welcome?: Delayed | undefined;
  readonly emailRequest?: Delayed | undefined;
  readonly outOfHours?: OutOfHours | undefined;
  readonly close?: string | undefined;
  readonly satisfaction?: SatisfactionRule | undefined;
  /** The same is not said again to the same sender before. */
  readonly repeatAfterMs: number;
  /** Of times in its texts, and of its pages. */
  readonly language: string;
  readonly hours: Hours;
}

/** A text, so long after the first message of a chat. */
export interface Delayed {
  readonly afterMs: number;
  readonly text: string;
}

export interface OutOfHours {
  readonly when: 'outsideWorkingHours' | 'noAgentAvailable';
  readonly text: string;
}

/** How a customer is asked after a chat. */
export interface SatisfactionRule {
  readonly question: string;
  readonly afterMs: number;
  /** Absent: buttons where the channel has them, else a link. */
  readonly by?: 'buttons' | 'link' | undefined;
  /** What the five ratings are called, from the worst to the best. */
  readonly choices?: readonly string[] | undefined;
  readonly thanks?: string | undefined;
}

/** As a team keeps them; they were checked when they were set. */
export interface TeamTexts {
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly appMessaging?: Readonly<Record<string, unknown>> | undefined;
  readonly calendar?: Calendar | undefined;
}

const HOUR_MS = 3_600_000;
const REPEAT_AFTER_HOURS = 12;
/** The channels that the published configuration of App Messaging speaks of; a web chat shows its welcome itself, before anybody writes. */
const IN_APPS = new Set(['appMessaging']);

/** What the team says by itself on a channel: its texts for that channel, else those of App Messaging there, else those for all. */
export function automaticRules(team: TeamTexts, channelId: string): AutomaticRules {
  const { settings = {}, calendar } = team;
  const texts = textsFor(team, channelId);
  return {
    welcome: delayed(texts['welcomeMessage']),
    // By mail everybody is known by their address.
    emailRequest: channelId === 'email' ? undefined : delayed(texts['emailRequest']),
    outOfHours: outOfHours(texts),
    close: textOf(texts['closeMessage']),
    satisfaction: satisfaction(texts['satisfaction']),
    repeatAfterMs: (numberOf(settings['repeatAfterHours']) ?? REPEAT_AFTER_HOURS) * HOUR_MS,
    language: textOf(settings['language']) ?? 'en',
    hours: hoursOf(settings, calendar),
  };
}

/** What stands on a channel while the team is away, whether or not it also says so by itself. */
export function absenceText(team: TeamTexts, channelId: string): string | undefined {
  const texts = textsFor(team, channelId);
  return texts['outOfHoursMessageEnabled'] === false ? undefined : textOf(texts['outOfHoursMessage']);
}

function textsFor(
  { settings = {}, appMessaging }: TeamTexts,
  channelId: string,
): Readonly<Record<string, unknown>> {
  const inApps = IN_APPS.has(channelId) ? { welcomeMessage: appMessaging?.['welcomeMessage'] } : {};
  return { ...settings, ...withoutAbsent(inApps), ...recordOf(recordOf(settings['channels'])?.[channelId]) };
}

function delayed(value: unknown): Delayed | undefined {
  const given = recordOf(value);
  const text = textOf(given?.['text']);
  return text === undefined ? undefined : { afterMs: (numberOf(given?.['timeout']) ?? 0) * 1000, text };
}

// The published switch alone means outside of the working hours.
function outOfHours(texts: Readonly<Record<string, unknown>>): OutOfHours | undefined {
  const text = textOf(texts['outOfHoursMessage']);
  const isEnabled = texts['outOfHoursMessageEnabled'];
  const when = texts['outOfHoursWhen'] ?? (isEnabled === true ? 'outsideWorkingHours' : 'never');
  if (text === undefined || isEnabled === false) return undefined;
  return when === 'outsideWorkingHours' || when === 'noAgentAvailable' ? { when, text } : undefined;
}

function satisfaction(value: unknown): SatisfactionRule | undefined {
  const given = recordOf(value);
  const question = textOf(given?.['question']);
  if (!given || question === undefined) return undefined;
  const { by, choices } = given;
  return {
    question,
    afterMs: (numberOf(given['afterMinutes']) ?? 0) * 60_000,
    by: by === 'buttons' || by === 'link' ? by : undefined,
    choices: Array.isArray(choices) ? choices.map(String) : undefined,
    thanks: textOf(given['thanks']),
  };
}

function withoutAbsent(record: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
