import { z } from 'zod';
import * as tokens from '../../services/tokens';
import { presentToken } from '../present/tenants';
import { route } from '../route';
import { apiSpaceId } from '../schemas/common';
import * as schema from '../schemas/tenants';

const tag = 'Tenants';
const path = '/apispaces/{apiSpaceId}/tokens';
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, tokenId: z.string() });

export const tokenRoutes = [
  route({
    ...{ method: 'get', path, audience: 'either', scope: 'tokens:read', tag, params },
    summary: 'List the live access tokens of an API space',
    answers: { 200: { description: 'The tokens, without their secrets', schema: z.array(schema.token) } },
    handle: async ({ context, caller }) => ({
      status: 200,
      body: (await tokens.list(context, caller)).map(presentToken),
    }),
  }),
  route({
    ...{ method: 'post', path, audience: 'either', scope: 'tokens:write', tag, params },
    summary: 'Make an access token',
    body: schema.tokenCreate,
    answers: { 201: { description: 'Made; the secret is shown this once', schema: schema.tokenCreated } },
    handle: async ({ context, caller, body }) => {
      const expiresOn = body.expiresOn === undefined ? undefined : Date.parse(body.expiresOn);
      const { token, secret } = await tokens.create(context, caller, { ...body, expiresOn });
      return { status: 201, body: { ...presentToken(token), token: secret } };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/{tokenId}/rotate`, audience: 'either', scope: 'tokens:write', tag },
    params: oneParams,
    summary: 'Replace an access token; the old one works on for a while',
    body: schema.tokenRotate,
    answers: { 201: { description: 'The successor', schema: schema.tokenCreated } },
    handle: async ({ context, caller, params: { tokenId }, body }) => {
      const { token, secret } = await tokens.rotate(context, caller, tokenId, body.overlapSeconds * 1000);
      return { status: 201, body: { ...presentToken(token), token: secret } };
    },
  }),
  route({
    ...{ method: 'delete', path: `${path}/{tokenId}`, audience: 'either', scope: 'tokens:write', tag },
    params: oneParams,
    summary: 'Revoke an access token at once',
    answers: { 204: { description: 'Revoked' } },
    handle: async ({ context, caller, params: { tokenId } }) => {
      await tokens.revoke(context, caller, tokenId);
      return { status: 204 };
    },
  }),
];
