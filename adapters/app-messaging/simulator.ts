import { randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { ClientSession, RawRequest } from '../../plugins/contract/index';
import {
  type AnswerFaults,
  answerFaults,
  type Fault,
  type LoginProof,
  memoryPorts,
  type ProviderDriver,
} from '../../plugins/testing/index';
import { type AppMessagingConfig, identities } from './config';

const CONFIG: AppMessagingConfig = {
  issuer: 'https://shop.example',
  audience: 'parley',
  sharedSecret: 'a secret that only the shop knows',
  allowedOrigins: ['https://shop.example'],
};
const OTHER: AppMessagingConfig = {
  ...CONFIG,
  audience: 'another app',
  sharedSecret: 'a secret of another app',
};
const SPACE_URL = 'https://gateway.test/apispaces/0199c2f4-6a3e-7c11-9f27-5d0a4be1c001';

/** There is no provider here: what takes an answer is the gateway itself, and what calls is an app. Both are in memory. */
export async function startAppMessagingDriver(): Promise<ProviderDriver<AppMessagingConfig>> {
  const faults = answerFaults();
  const memory = memoryPorts(faults.take);
  const [own = ''] = identities(CONFIG);
  const session = sessionOf('ada');
  return {
    ...{ config: CONFIG, otherConfig: OTHER },
    customer: { own, party: 'ada', thread: 'den' },
    otherCustomer: { own, party: 'bo', thread: 'den' },
    says: { rate_limited: { retryAfterMs: 2_000 } },
    accepted: () => faults.accepted(),
    requests: () => faults.requests(),
    pending: () => faults.pending(),
    fail: (fault: Fault) => fail(faults, fault),
    stop: () => Promise.resolve(),
    client: {
      ...{ ports: memory.ports, session, origin: 'https://shop.example' },
      login: (proof) => login(memory.nonce, memory.challengeId, proof),
      opened: () => memory.opened(),
    },
  };
}

function fail(faults: AnswerFaults, fault: Fault): Promise<void> {
  faults.next(fault);
  return Promise.resolve();
}

async function login(nonce: string, challengeId: string, proof: LoginProof) {
  const body = {
    ...{ authenticationId: challengeId, authenticationToken: await tokenFor(nonce, proof) },
    ...{ deviceId: 'd', platform: 'p', platformVersion: '1', sdkType: 'native', sdkVersion: '1' },
  };
  const request: RawRequest = {
    ...{ method: 'POST', url: `${SPACE_URL}/sessions`, headers: { 'content-type': 'application/json' } },
    body: Buffer.from(JSON.stringify(body)),
  };
  return { path: '/sessions', request };
}

function tokenFor(nonce: string, proof: LoginProof): Promise<string> {
  switch (proof) {
    case 'nonsense':
      return Promise.resolve('a.b.c');
    case 'forged': {
      const claims = new UnsecuredJWT({ sub: 'ada', nonce }).setIssuer(CONFIG.issuer);
      return Promise.resolve(claims.setAudience(CONFIG.audience).setExpirationTime('1m').encode());
    }
    case 'expired':
      return signed(nonce, new Date(Date.now() - 3_600_000));
    case 'another_challenge':
      return signed(`${nonce}0`);
    case 'genuine':
      return signed(nonce);
  }
}

function signed(nonce: string, expiresOn = new Date(Date.now() + 60_000)): Promise<string> {
  return new SignJWT({ sub: 'ada', nonce })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(CONFIG.issuer)
    .setAudience(CONFIG.audience)
    .setIssuedAt()
    .setExpirationTime(expiresOn)
    .sign(new TextEncoder().encode(CONFIG.sharedSecret));
}

function sessionOf(profileId: string): ClientSession {
  const device = { id: 'd', platform: 'p', platformVersion: '1', sdkType: 'native', sdkVersion: '1' };
  return {
    ...{ id: randomUUID(), apiSpaceId: '0199c2f4-6a3e-7c11-9f27-5d0a4be1c001', profileId, isAgent: false },
    ...{ device, sourceAddress: '127.0.0.1', createdOn: new Date(0), expiresOn: new Date(1_000) },
  };
}
