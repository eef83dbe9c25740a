import { z } from 'zod';
import { etagOf } from '../../model/etag';
import * as channels from '../../services/channels';
import { type CheckResult, check } from '../../services/check-channel';
import type { Account } from '../../store/accounts';
import { presentAccount, presentKind } from '../present/configuration';
import { type Call, type Reply, route } from '../route';
import { apiSpaceId } from '../schemas/common';
import * as schema from '../schemas/configuration';

const tag = 'Channels';
const path = '/apispaces/{apiSpaceId}/channels';
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, accountId: z.string() });
const read = { audience: 'space', scope: 'channels:read', tag } as const;
const write = { audience: 'space', scope: 'channels:write', tag } as const;
const change = { ...write, params: oneParams, takesIfMatch: true } as const;
const accountAnswer = { description: 'The channel account', schema: schema.channelAccount, etag: true };

function shown({ context, publicUrl }: Pick<Call, 'context' | 'publicUrl'>, account: Account) {
  return presentAccount(account, context.registry, publicUrl);
}

function one(call: Pick<Call, 'context' | 'publicUrl'>, account: Account, status = 200): Reply {
  return { status, body: shown(call, account), headers: { etag: etagOf(account) } };
}

function checked(result: CheckResult): Reply {
  if (!result.ok) return { status: 200, body: result };
  const { credentialExpiresOn, warnings } = result;
  return {
    status: 200,
    body: { ok: true, warnings, credentialExpiresOn: credentialExpiresOn?.toISOString() },
  };
}

export const channelRoutes = [
  route({
    ...{ method: 'get', path: `${path}/kinds`, ...read, params },
    summary: 'The installed adapters, what they can, and what they want to know',
    answers: { 200: { description: 'The adapters', schema: z.array(schema.channelKind) } },
    handle: async ({ context }) => ({
      status: 200,
      body: [...context.registry.definitions()].map(presentKind),
    }),
  }),
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'List the channel accounts',
    answers: { 200: { description: 'The accounts', schema: z.array(schema.channelAccount) } },
    handle: async (call) => {
      const all = await channels.list(call.context, call.caller);
      return { status: 200, body: all.map((account) => shown(call, account)) };
    },
  }),
  route({
    ...{ method: 'post', path, ...write, params },
    summary: 'Connect a number, a mailbox, a page ...',
    body: schema.channelCreate,
    answers: { 201: accountAnswer },
    handle: async (call) => one(call, await channels.create(call.context, call.caller, call.body), 201),
  }),
  route({
    ...{ method: 'get', path: `${path}/{accountId}`, ...read, params: oneParams },
    summary: 'Read a channel account',
    answers: { 200: accountAnswer },
    handle: async (call) => one(call, await channels.get(call.context, call.caller, call.params.accountId)),
  }),
  route({
    ...{ method: 'put', path: `${path}/{accountId}`, ...change },
    summary: 'Change a channel account',
    body: schema.channelUpdate,
    answers: { 200: accountAnswer },
    handle: async (call) => {
      const { context, caller, params: own, body, ifMatch } = call;
      return one(call, await channels.update(context, caller, own.accountId, { ifMatch, change: body }));
    },
  }),
  route({
    ...{ method: 'delete', path: `${path}/{accountId}`, ...change },
    summary: 'Disconnect a channel account',
    answers: { 204: { description: 'Disconnected' } },
    handle: async ({ context, caller, params: { accountId }, ifMatch }) => {
      await channels.remove(context, caller, accountId, ifMatch);
      return { status: 204 };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/{accountId}/check`, ...write, params: oneParams, callsOut: true },
    summary: "Try an account's settings at the provider",
    answers: {
      200: { description: 'Whether they work, and which one is at fault', schema: schema.channelCheck },
    },
    handle: async ({ context, caller, params: { accountId } }) =>
      checked(await check(context, caller, accountId)),
  }),
  route({
    ...{
      method: 'post',
      path: `${path}/{accountId}/reauthorize`,
      ...write,
      params: oneParams,
      callsOut: true,
    },
    summary: 'Give new settings to an account and try them',
    body: schema.channelUpdate,
    answers: {
      200: { description: 'Whether they work, and which one is at fault', schema: schema.channelCheck },
    },
    handle: async ({ context, caller, params: { accountId }, body, ifMatch }) => {
      await channels.update(context, caller, accountId, { ifMatch, change: body });
      return checked(await check(context, caller, accountId));
    },
  }),
];
