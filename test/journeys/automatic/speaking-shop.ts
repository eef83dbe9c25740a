import type { Api } from '../../support/api';
import type { Body } from '../../support/shop';
import { until } from '../../support/until';
import { must } from '../teams/team-world';

type Settings = Readonly<Record<string, unknown>>;

/** Sets what the team sales says by itself. */
export async function speaks(api: Api, settings: Settings): Promise<void> {
  await must(api.put('/chat/config/teams/sales/settings', settings));
}

const DAY_MS = 86_400_000;

/** Days around now without work, so that the team is away whenever the test runs. */
export function closedDays(): string[] {
  return [-1, 0, 1, 2].map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10));
}

/** Resolves once a chat holds these texts, in both directions. */
export async function isSaid(
  shop: { said(chatId: string): Promise<string[]> },
  chatId: string,
  ...texts: readonly string[]
): Promise<void> {
  await until(async () => {
    expect(await shop.said(chatId)).toEqual(texts);
    return true;
  });
}

/** Resolves when whatever was due by now is settled: a chat that came later had its own said. */
export async function isSettled(
  shop: { chatFrom(from: string): Promise<Body>; said(chatId: string): Promise<string[]> },
  somebodyElse: string,
): Promise<void> {
  const { id } = await shop.chatFrom(somebodyElse);
  await until(async () => (await shop.said(id)).length > 1);
}
