import type { CustomerProfile } from '../../plugins/contract/index';
import { isLive, type LiveRuntime, type Registry } from '../channels/registry';
import { chatUpdated, profileChanged } from '../events/facts';
import type { Log } from '../log';
import { described } from '../model/chat';
import { newId } from '../model/id';
import type { Instant } from '../model/instant';
import { plainText } from '../model/plain-text';
import type { Account } from '../store/accounts';
import { lockChat, type NamelessChat, namelessChats, updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { changedNow } from '../store/made';
import { insertMedia, type Media } from '../store/media';
import { lockProfile, updateProfile } from '../store/profiles';
import type { Store } from '../store/store';

export interface FetchProfilesOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => Instant;
  /** Events were committed. */
}

const EVERY_MS = 2_000;
const TIMEOUT_MS = 10_000;
const AT_ONCE = 32;
/** Who has told nothing by then does not want to. */
const ASKED_FOR_MS = 24 * 3_600_000;
const AGAIN_AFTER_MS = 10 * 60_000;
const MOST_REMEMBERED = 10_000;

/** Asks providers who their customers are, once these have written; never holding up a delivery. */
export function fetchProfiles(options: FetchProfilesOptions) {
  const stopping = new AbortController();
  const askedOn = new Map<string, Instant>();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  return {
    start: () => {
      timer = setInterval(() => {
        round ??= askAll(options, askedOn, stopping.signal).finally(() => {
          round = undefined;
        });
      }, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await round;
    },
  };
}

async function askAll(
  options: FetchProfilesOptions,
  askedOn: Map<string, Instant>,
  stopping: AbortSignal,
): Promise<void> {
  const { store, registry, log, now } = options;
  for (const runtime of [...registry.all()]) {
    if (!isLive(runtime) || !runtime.channel.profileOf || runtime.account.isPaused) continue;
    try {
      const since = now() - ASKED_FOR_MS;
      const nameless = await store.read((tx) => namelessChats(tx, { accountId: runtime.account.id, since }));
      const isDue = ({ id }: NamelessChat) => now() - (askedOn.get(id) ?? 0) > AGAIN_AFTER_MS;
      const due = nameless.filter(isDue).slice(0, AT_ONCE);
      if (askedOn.size > MOST_REMEMBERED) askedOn.clear();
      for (const { id } of due) askedOn.set(id, now());
      await Promise.all(due.map((chat) => ask(options, runtime, { chat, stopping })));
    } catch (error) {
      log.warn({ error, accountId: runtime.account.id }, 'profiles not asked for');
    }
  }
}

async function ask(
  options: FetchProfilesOptions,
  runtime: LiveRuntime,
  { chat, stopping }: { readonly chat: NamelessChat; readonly stopping: AbortSignal },
): Promise<void> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const told = await runtime.channel.profileOf?.(chat.address, signal);
    if (told) await keep(options, runtime, { chat, told });
  } catch (error) {
    // Without the customer's consent the provider tells nothing; it is asked again later.
    options.log.debug({ error, chatId: chat.id }, 'the provider does not say who the customer is');
  }
}

/** Names the person, and the chat where it has only their address for a name; what people set stays. */
async function keep(
  { store, now }: FetchProfilesOptions,
  { account }: LiveRuntime,
  { chat: found, told }: { readonly chat: NamelessChat; readonly told: CustomerProfile },
): Promise<void> {
  const act = { by: 'gateway', at: now() };
  const name = plainText(told.name ?? '', 200).trim();
  if (name === '') return;
  await store.transaction(async (tx) => {
    const chat = await lockChat(tx, found.spaceId, found.id);
    const profile = await lockProfile(tx, found.spaceId, found.customerId);
    if (!chat || !profile || profile.name !== undefined) return;
    const picture = told.avatarRef === undefined ? undefined : pictureOf(account, told.avatarRef, act.at);
    if (picture) await insertMedia(tx, [picture]);
    const named = { ...profile, name, pictureId: picture?.id, ...changedNow(profile, act) };
    await updateProfile(tx, named);
    await appendEvents(tx, [profileChanged(named)]);
    if (chat.name === found.address) {
      const after = described(chat, { name, description: chat.description }, act);
      await updateChats(tx, [after]);
      await appendEvents(tx, [chatUpdated(after, act)]);
    }
  });
}

/** Copied like the files of messages, since the provider's link ends. */
function pictureOf({ spaceId, id: accountId }: Account, ref: string, at: Instant): Media {
  return {
    ...{ spaceId, id: newId(), accountId, ref, mimeType: 'image/jpeg', name: 'picture.jpg' },
    ...{ state: 'pending', attempts: 0, notBefore: at, createdOn: at },
  };
}
