import {
  type ChannelDefinition,
  ChannelError,
  type HttpReply,
  type RawRequest,
  type SharedPart,
} from '../../plugins/contract/index';
import { isLive, type LiveRuntime, type Registry } from '../channels/registry';
import { accountsNamed } from '../store/accounts';
import { firstProven, provenFor } from './proven';
import { type DeliveryOptions, keepAside, takeDelivery } from './take-delivery';

export interface SharedOptions extends DeliveryOptions {
  readonly registry: Registry;
}

/** Belongs to nobody: no API space has this id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Answers a call that is for all accounts of an adapter, in whichever API spaces they are. */
export async function receiveShared(
  options: SharedOptions,
  definition: ChannelDefinition,
  request: RawRequest,
): Promise<HttpReply> {
  const all = (): LiveRuntime[] => liveOf(options.registry, definition.id);
  if (request.method === 'GET') return handshake(all(), request);
  const parts = definition.sharedWebhook?.split(request) ?? [];
  const named = parts.flatMap((part) => options.registry.named(definition.id, part.identity));
  // The secret of any account proves that it is the provider's; only what an account can verify itself is given to it.
  const witness = (await firstProven(named, request)) ?? (await firstProven(all(), request));
  if (!witness) throw new ChannelError('forbidden', 'no account of this adapter has such a secret');
  await giveOut(options, definition, { parts, request });
  return witness.channel.webhook?.reply?.(request) ?? { status: 200 };
}

/** Gives each part of a verified delivery to the accounts that it is for. All is stored when this resolves. */
export async function takeParts(
  options: SharedOptions,
  definition: ChannelDefinition,
  request: RawRequest,
): Promise<void> {
  await giveOut(options, definition, { parts: definition.sharedWebhook?.split(request) ?? [], request });
}

interface Delivery {
  readonly parts: readonly SharedPart[];
  readonly request: RawRequest;
}

async function giveOut(
  options: SharedOptions,
  definition: ChannelDefinition,
  { parts, request }: Delivery,
): Promise<void> {
  const whole: readonly SharedPart[] = parts.length > 0 ? parts : [{ identity: '', request }];
  const outcomes = await Promise.allSettled(
    whole.map((part) => takePart(options, definition, { part, request })),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function takePart(
  options: SharedOptions,
  definition: ChannelDefinition,
  { part, request }: { readonly part: SharedPart; readonly request: RawRequest },
): Promise<void> {
  const known = await provenFor(options.registry.named(definition.id, part.identity), request);
  const owners =
    known.length > 0 ? known : await provenFor(await madeElsewhere(options, definition, part), request);
  if (owners.length > 0) {
    for (const runtime of owners) await takeDelivery(options, runtime, part.request);
    return;
  }
  const problem = `no account is "${part.identity.slice(0, 100)}"`;
  const owner = { spaceId: NOBODY, accountId: NOBODY, adapter: definition.id };
  await keepAside(options, owner, { request: part.request, problem });
}

/** Another node may have made the account a moment ago. */
async function madeElsewhere(
  { store, registry }: SharedOptions,
  definition: ChannelDefinition,
  { identity }: SharedPart,
): Promise<LiveRuntime[]> {
  if (identity === '') return [];
  const found = await store.read((tx) => accountsNamed(tx, definition.id, identity));
  return found.map((account) => registry.put(account)).filter(isLive);
}

function handshake(runtimes: readonly LiveRuntime[], request: RawRequest): HttpReply {
  const replies = runtimes.map(({ channel }) => channel.webhook?.challenge?.(request));
  const granted = replies.find((reply) => reply !== undefined && reply.status < 300);
  return granted ?? { status: 403, body: 'no account of this adapter takes this handshake' };
}

function liveOf(registry: Registry, adapter: string): LiveRuntime[] {
  return [...registry.all()].filter(isLive).filter(({ account }) => account.adapter === adapter);
}
