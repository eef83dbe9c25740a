import { randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { ClientSession, RawRequest } from '../../plugins/contract/index';
import {
  answerFaults,
  type Fault,
  type LoginProof,
  memoryPorts,
  type ProviderDriver,
} from '../../plugins/testing/index';
import type { WebChatConfig } from './config';

const SECRET = 'a secret that only the shop knows';
const AUDIENCE = 'the chat of the shop';
const CONFIG: WebChatConfig = {
  allowedOrigins: ['https://shop.example'],
  identity: { mode: 'required', secret: SECRET, audience: AUDIENCE },
};
const OTHER: WebChatConfig = {
  allowedOrigins: ['https://other.example'],
  identity: { mode: 'required', secret: 'a secret of another shop', audience: 'another chat' },
};
const BASE = 'https://gateway.test/web-chat/acc_test';

/** There is no provider here: what takes an answer is the gateway itself, and what calls is a page. Both are in memory. */
export async function startWebChatDriver(): Promise<ProviderDriver<WebChatConfig>> {
  const faults = answerFaults();
  const memory = memoryPorts(faults.take);
  return {
    ...{ config: CONFIG, otherConfig: OTHER },
    customer: { own: '', party: 'ada', thread: 'den' },
    otherCustomer: { own: '', party: 'bo', thread: 'den' },
    says: { rate_limited: { retryAfterMs: 2_000 } },
    accepted: () => faults.accepted(),
    requests: () => faults.requests(),
    pending: () => faults.pending(),
    async fail(fault: Fault) {
      faults.next(fault);
    },
    stop: () => Promise.resolve(),
    client: {
      ...{ ports: memory.ports, session: sessionOf('ada'), origin: 'https://shop.example' },
      login: async (proof) => posted('/sessions', { jwt: await tokenFor(proof) }),
      opened: () => memory.opened(),
      post: (key) => posted('/messages', { ref: key, parts: [{ type: 'text/plain', data: 'hello' }] }),
    },
  };
}

function posted(path: string, body: object) {
  const request: RawRequest = {
    ...{ method: 'POST', url: BASE + path, headers: { 'content-type': 'application/json' } },
    body: Buffer.from(JSON.stringify(body)),
  };
  return { path, request };
}

function tokenFor(proof: LoginProof): Promise<string> {
  switch (proof) {
    case 'nonsense':
      return Promise.resolve('a.b.c');
    case 'forged': {
      const claims = new UnsecuredJWT({ sub: 'ada' }).setAudience(AUDIENCE);
      return Promise.resolve(claims.setExpirationTime('1m').encode());
    }
    case 'expired':
      return signed(AUDIENCE, new Date(Date.now() - 3_600_000));
    case 'another_challenge':
      return signed('another chat');
    case 'genuine':
      return signed(AUDIENCE);
  }
}

function signed(audience: string, expiresOn = new Date(Date.now() + 60_000)): Promise<string> {
  return new SignJWT({ sub: 'ada' })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setExpirationTime(expiresOn)
    .sign(new TextEncoder().encode(SECRET));
}

function sessionOf(profileId: string): ClientSession {
  const device = { id: 'd', platform: 'web', platformVersion: '', sdkType: 'widget', sdkVersion: '' };
  return {
    ...{ id: randomUUID(), apiSpaceId: '0199c2f4-6a3e-7c11-9f27-5d0a4be1c001', profileId, isAgent: false },
    ...{ device, sourceAddress: '127.0.0.1', createdOn: new Date(0), expiresOn: new Date(1_000) },
  };
}
