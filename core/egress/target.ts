import { isIP } from 'node:net';
import { EgressRefused } from './errors';
import type { Policy } from './policy';

/** A URL that was checked; whoever connects uses this, and never reads the text again. */
export interface Target {
  readonly url: string;
  readonly isSecure: boolean;
  /** A name, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** For sentences: the host, and its port where that is not the usual one. */
  readonly host: string;
}

const LONGEST = 2_048;
// RFC 1035 2.3.4, as text and with a dot at its end.
const LONGEST_NAME = 254;

/** Reads a URL that a tenant gave; throws EgressRefused with what is wrong about it. Names are not looked up. */
export function targetOf(text: string, policy: Policy): Target {
  const url = parse(text, policy);
  // WHATWG: a credential that is empty is none.
  if (url.username !== '' || url.password !== '')
    throw new EgressRefused('must not hold a user name or a password; check the signature instead');
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  if (!policy.allowsPort(port))
    throw new EgressRefused(
      `must not use port ${port}; use 443, or a port from 1024 that no other service owns`,
    );
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  checkHost(hostname, policy);
  return { url: url.href, isSecure, hostname, port, path: url.pathname + url.search, host: url.host };
}

// The parser writes every spelling of an IPv4 address (2130706433, 0x7f.1, 0177.0.0.1, full-width digits) as four
// decimal numbers, so that one form is judged; https://url.spec.whatwg.org/#concept-ipv4-parser
function parse(text: string, policy: Policy): URL {
  if (text.length > LONGEST) throw new EgressRefused(`must have at most ${LONGEST} characters`);
  // It also drops line breaks, adds missing slashes and turns backslashes: nobody means a URL that needs that.
  const schemes = policy.plainHttp ? /^https?:\/\/[^/\\]/i : /^https:\/\/[^/\\]/i;
  if (!schemes.test(text))
    throw new EgressRefused(`must begin with https://${policy.plainHttp ? ' or http://' : ''}`);
  if (/[\s\p{Cc}\\]/u.test(text)) throw new EgressRefused('must not hold spaces, line breaks or backslashes');
  try {
    return new URL(text);
  } catch (error) {
    throw new EgressRefused('is not a valid URL', { cause: error });
  }
}

function checkHost(hostname: string, policy: Policy): void {
  if (hostname.length > LONGEST_NAME) throw new EgressRefused('has a host name that is too long');
  // RFC 6761 6.3: these names always mean the machine itself, and are not to be asked of DNS.
  if (!policy.localNames && /(^|\.)localhost\.?$/i.test(hostname))
    throw new EgressRefused(`"${hostname}" is this machine; ${WAY_OUT}`);
  if (isIP(hostname) === 0) return;
  const refusal = policy.refusalOf(hostname);
  if (refusal !== undefined) throw new EgressRefused(`"${hostname}" is ${refusal}; ${WAY_OUT}`);
}

const WAY_OUT = 'give one that the internet reaches';

/** Throws EgressRefused when any of a name's addresses is refused: another one may be chosen at the next connection. */
export function judgeAddresses(hostname: string, addresses: readonly string[], policy: Policy): void {
  for (const address of addresses) {
    const refusal = policy.refusalOf(address);
    if (refusal === undefined) continue;
    // The tenant does not learn which: it may be a name of the operator's own network.
    const cause = new Error(`it resolved to ${address}`);
    throw new EgressRefused(`"${hostname}" leads to ${refusal}; ${WAY_OUT}`, { cause });
  }
}
