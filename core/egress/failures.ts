import { MOST_PER_URL } from './agents';
import { codeOf, EgressFailed, EgressRefused } from './errors';
import type { Target } from './target';

/** How far a request has come. */
export type Phase = 'waiting' | 'connecting' | 'encrypting' | 'answering';

/** What Node says of a request that got no answer, in our words. The original is the cause: it may name addresses. */
export function failureOf(error: unknown, phase: Phase, { host }: Target): EgressFailed | EgressRefused {
  if (error instanceof EgressFailed || error instanceof EgressRefused) return error;
  const code = codeOf(error);
  const failed = (kind: 'connect' | 'tls' | 'reset' | 'answer', what: string) =>
    new EgressFailed(kind, `"${host}" ${what}${code && ` (${code})`}`, { cause: error });
  if (code.startsWith('HPE_')) return failed('answer', 'answers what is not HTTP');
  if (phase === 'encrypting') return failed('tls', TLS[code] ?? 'cannot be spoken to by TLS');
  if (phase === 'answering') return failed('reset', 'hung up before it answered');
  return failed('connect', CONNECT[code] ?? 'cannot be reached');
}

const TLS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that it signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'does not send the certificates between its own and the authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  ECONNRESET: 'hung up while TLS was being agreed on',
};

const CONNECT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'hung up as the connection was made',
};

/** What was being waited for when a limit was reached. */
export function timedOut(phase: Phase, { host }: Target, limitMs: number): EgressFailed {
  const sentence: Record<Phase, string> = {
    waiting: `all ${MOST_PER_URL} connections to "${host}" were busy for`,
    connecting: `"${host}" could not be connected to within`,
    encrypting: `"${host}" did not agree on TLS within`,
    answering: `"${host}" did not answer within`,
  };
  return new EgressFailed('timeout', `${sentence[phase]} ${limitMs / 1000} s`);
}
