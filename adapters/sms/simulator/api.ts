import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Answer,
  accountResource,
  json,
  mediaResource,
  messageResource,
  numberResource,
  page,
  problem,
  serviceResource,
} from './answers';
import { createMessage } from './create-message';
import type { RequestKind } from './faults';
import { listMessages } from './list-messages';
import { owns, type SimulatedAccount, type World } from './world';

/** One request to the API, understood. */
export interface Visit {
  readonly kind: RequestKind;
  /** Does what was asked and says what is answered. */
  perform(form: URLSearchParams): Answer;
}

/** Finds what a request asks for; who may not ask is told so by `perform`. */
export function visitOf(world: World, request: IncomingMessage, cdnUrl: string): Visit {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const route = ROUTES.find(({ method, path }) => method === request.method && path.test(url.pathname));
  if (!route) return { kind: 'fetch', perform: () => problem(404, 20404, `${url.pathname} was not found`) };
  const [, ...ids] = route.path.exec(url.pathname) ?? [];
  return {
    kind: route.kind,
    perform(form) {
      const account = authenticate(world, request.headers.authorization);
      if (!account) return problem(401, 20003, 'Authenticate');
      const isOwn = ids[0]?.startsWith('AC') ?? false;
      const refusal = refusalOf({ request, account, kind: route.kind, owner: isOwn ? ids[0] : undefined });
      const [id = '', part = ''] = isOwn ? ids.slice(1) : ids;
      return refusal ?? route.answer({ world, account, form, query: url.searchParams, id, part, cdnUrl });
    },
  };
}

function refusalOf(visit: {
  readonly request: IncomingMessage;
  readonly account: SimulatedAccount;
  readonly kind: RequestKind;
  readonly owner: string | undefined;
}): Answer | undefined {
  const { request, account, kind, owner } = visit;
  const isActive = (account.status ?? 'active') === 'active';
  if (!isActive && kind !== 'fetch') return problem(401, 20005, 'Account not active');
  if (owner !== undefined && owner !== account.accountSid) return missing();
  if (request.method === 'POST' && !isForm(request)) return problem(415, 20001, 'The body is not a form');
  return undefined;
}

/** Writes an answer as Twilio would. */
export function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'twilio-request-id': 'RQ00000000000000000000000000000000',
    ...headers,
  });
  response.end(body);
}

interface Asked {
  readonly world: World;
  readonly account: SimulatedAccount;
  readonly form: URLSearchParams;
  readonly query: URLSearchParams;
  readonly id: string;
  readonly part: string;
  readonly cdnUrl: string;
}

interface ApiRoute {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly kind: RequestKind;
  answer(asked: Asked): Answer;
}

const ROUTES: readonly ApiRoute[] = [
  {
    method: 'POST',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\.json$/,
    kind: 'create',
    answer: ({ world, account, form }) => createMessage(world, account, form),
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\.json$/,
    kind: 'list',
    answer: ({ world, account, query }) => listMessages(world, account, query),
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\/(\w+)\.json$/,
    kind: 'fetch',
    answer({ world, account, id }) {
      const message = world.bySid.get(id);
      return message?.accountSid === account.accountSid ? json(200, messageResource(message)) : missing();
    },
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\/(\w+)\/Media\.json$/,
    kind: 'fetch',
    answer({ world, account, id }) {
      const message = world.bySid.get(id);
      if (message?.accountSid !== account.accountSid) return missing();
      const media = message.media.map((one) => mediaResource(message, one));
      return page('media_list', media);
    },
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\/(\w+)\/Media\/(ME\w+)$/,
    kind: 'media',
    answer({ world, account, part, cdnUrl }) {
      const found = world.media.get(part);
      if (found?.owner.accountSid !== account.accountSid) return missing();
      return { status: 307, headers: { location: `${cdnUrl}/${part}` }, body: '' };
    },
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\.json$/,
    kind: 'fetch',
    answer: ({ account }) => json(200, accountResource(account)),
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/IncomingPhoneNumbers\.json$/,
    kind: 'fetch',
    answer: (asked) => page('incoming_phone_numbers', ownNumbers(asked, asked.query.get('PhoneNumber'))),
  },
  {
    method: 'GET',
    path: /^\/2010-04-01\/Accounts\/(AC\w+)\/SMS\/ShortCodes\.json$/,
    kind: 'fetch',
    answer: (asked) => page('short_codes', ownNumbers(asked, asked.query.get('ShortCode'))),
  },
  {
    method: 'GET',
    path: /^\/v1\/Services\/(MG\w+)$/,
    kind: 'fetch',
    answer({ world, account, id }) {
      return account.services?.[id] ? json(200, serviceResource(world, account, id)) : missing();
    },
  },
];

function ownNumbers({ world, account }: Asked, number: string | null): readonly object[] {
  const numbers = number === null ? account.numbers : [number].filter((one) => owns(account, one));
  return numbers.map((one) => numberResource(world, account, one));
}

function missing(): Answer {
  return problem(404, 20404, 'The requested resource was not found');
}

function authenticate(world: World, header = ''): SimulatedAccount | undefined {
  const [sid = '', token] = Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':');
  const account = world.accounts.get(sid);
  return account?.authToken === token ? account : undefined;
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}
