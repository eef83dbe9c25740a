import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';

const flag = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .transform((value) => value === 'true');

const origin = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .transform((value) => value.replace(/\/+$/, ''));

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `expected at least ${least}`).max(most, `expected at most ${most}`));

const proxies = z
  .string()
  .default('loopback')
  .transform((value) => listed(value))
  .refine(
    (all) => all.every(isNetwork),
    'expected addresses or networks by comma, or loopback, or uniquelocal',
  );

const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  if (bits === undefined) return NAMED_NETWORKS.includes(text) || isIP(address) !== 0;
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

function listed(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Every setting, by the name of its environment variable. `config/example.env` lists them with their defaults. */
export const settings = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  PUBLIC_URL: origin.optional(),
  PARLEY_DATA_DIR: z
    .string()
    .default('./data')
    .transform((value) => path.resolve(value)),
  PARLEY_PARTNER_KEY: z.string().min(16, 'expected at least 16 characters').optional(),
  PARLEY_MASTER_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits, as `openssl rand -hex 32` gives')
    .optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgresql://...' }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'expected redis://... or rediss://...' }).optional(),
  PARLEY_DRAIN_SECONDS: wholeNumber(0, 60).optional(),
  PARLEY_PLUGINS: z.string().default('').transform(listed),
  PARLEY_TRUSTED_PROXIES: proxies,
  PARLEY_WATCH_PLUGINS: flag.default(false),
  PARLEY_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'expected fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
  PARLEY_REQUESTS_PER_MINUTE: wholeNumber(1, 10_000_000).default(6000),
  PARLEY_ALLOW_PRIVATE_EGRESS: flag.default(false),
});

/** What only the command line reads; the gateway passes over it. */
export const commandLine = z.object({
  PARLEY_URL: origin.optional(),
  PARLEY_SPACE: z.string().optional(),
  PARLEY_TOKEN: z.string().optional(),
});

/** Adapters' base URLs are named after the adapter: `PARLEY_TWILIO_API_URL`. */
export const apiUrlName = /^PARLEY_([A-Z0-9_]+)_API_URL$/;
export const apiUrl = origin;
