import { refusalOf } from './guard';

/** What URLs of tenants may be. */
export interface Policy {
  readonly plainHttp: boolean;
  readonly localNames: boolean;
  readonly allowsPort: (port: number) => boolean;
  /** Says what an address is when it is refused. */
  readonly refusalOf: (address: string) => string | undefined;
}

/** For URLs that anyone may have written: https to where the internet reaches. */
export const strictPolicy: Policy = {
  plainHttp: false,
  localNames: false,
  allowsPort: (port) => port === 443 || (port >= FIRST_UNPRIVILEGED && !SERVICES.has(port)),
  refusalOf,
};

/** For an operator who trusts the tenants, or is the only one: everything that http can reach. */
export const openPolicy: Policy = {
  plainHttp: true,
  localNames: true,
  allowsPort: (port) => port > 0,
  refusalOf: () => undefined,
};

const FIRST_UNPRIVILEGED = 1024;

// Where something listens that is no receiver of web hooks: what browsers refuse above 1023
// (https://fetch.spec.whatwg.org/#port-blocking), and the usual databases, queues and orchestrators.
const SERVICES: ReadonlySet<number> = new Set([
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080],
  ...[1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 5900, 6379, 9042, 9092],
  ...[9200, 9300, 10_250, 11_211, 27_017],
]);
