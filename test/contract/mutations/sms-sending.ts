import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('adapters/sms');

const send = of('send.ts');
const client = of('client.ts');
const failures = of('failures.ts');
const codes = of('error-codes.ts');
const check = of('check.ts');
const history = of('history.ts');
const media = of('media.ts');

/** What goes out, and what is asked for. */
export const SMS_SENDING_MUTATIONS: readonly Mutation[] = [
  send(
    'send: returns the id',
    'makes up the receipt',
    'externalIds: [created.sid]',
    "externalIds: [created.sid.replace('SM', 'MM')]",
  ),
  send(
    'send: takes a text of exactly',
    'cuts the text',
    'body: message.text }',
    'body: message.text.slice(0, 160) }',
  ),
  send(
    'send: the customer gets the text',
    'loses all but ASCII',
    'body: message.text }',
    "body: message.text.normalize('NFD').replace(/[^\\x00-\\x7f]/g, '') }",
  ),
  send(
    'send: media goes out',
    'forgets the pictures',
    'message.media.length > 0 &&',
    'message.media.length > 99 &&',
  ),
  send(
    'status: sent comes back',
    'does not encode the key',
    'encodeURIComponent(idempotencyKey)',
    'idempotencyKey',
  ),
  send(
    'send: the answer leaves by',
    'sends from whichever number of the pool',
    '{ from: own, messagingServiceSid }',
    '{ messagingServiceSid }',
  ),
  send(
    'failure: no_id is unavailable',
    'takes half an answer for success',
    'if (!created.sid)',
    'if (false)',
  ),

  client(
    'send: giving up ends the request',
    'ignores the signal',
    "signal.addEventListener('abort', stop);",
    '',
  ),
  client(
    'send: giving up ends the request',
    'gives up without dropping the connection',
    'request.signal = track.signal;',
    "track.signal.addEventListener('abort', () => (request.url = ''));",
  ),
  client(
    'send: what was given up',
    'sends what was given up',
    'if (signal.aborted) throw new',
    'if (signal.aborted && closed) throw new',
  ),
  client(
    'lifecycle: a closed channel',
    'goes on when it is closed',
    'if (closed) throw',
    'if (closed && signal.aborted) throw',
  ),
  client(
    'failure: rate_limited is not followed',
    'lets the SDK retry',
    'autoRetry: false',
    'autoRetry: true',
  ),
  client(
    'lifecycle: two accounts share nothing',
    'shares one SDK between all accounts',
    'connection ??= connect(config, host.apiUrl);',
    'connection ??= (Object(connect).shared ??= connect(config, host.apiUrl));',
  ),
  client(
    'failure: silent is unavailable',
    'is sure when it is not',
    'if (!track.creates || track.waited) return false;',
    'if (track.creates) return false;',
  ),
  client(
    'failure: refused is unavailable',
    'is unsure when it is sure',
    '!NEVER_CONNECTED.test(code)',
    'code !== undefined',
  ),
  client(
    'failure: rate_limited is rate_limited',
    'does not hear how long to wait',
    "if (typeof asked === 'string') track.retryAfter = asked;",
    '',
  ),

  failures(
    'failure: busy is unavailable',
    'throws what the SDK threw',
    'const known = readError(error);',
    'const known = readError(error);\n  if (known.status === 503) throw error;',
  ),
  failures(
    'secrets: no customer',
    'shows Twilio’s own words, with the number in them',
    'failure.words} (HTTP',
    'error instanceof Error ? error.message : failure.words} (HTTP',
  ),
  failures(
    'secrets: none in an error',
    'keeps the error of the SDK, with its headers',
    'return noAnswer(known.code, evidence);',
    'return Object.assign(noAnswer(known.code, evidence), { cause: error });',
  ),
  failures(
    'failure: error_after_accept is unavailable',
    'takes a server error for surely unsent',
    'status >= 500 && failure.kind',
    'status >= 600 && failure.kind',
  ),
  failures(
    'failure: bad_content is rejected',
    'forgets Twilio’s code',
    '...(code && { providerCode: String(code) }),',
    '',
  ),
  failures(
    'failure: rate_limited is rate_limited',
    'waits for as many milliseconds as seconds were asked for',
    'seconds * 1_000',
    'seconds',
  ),
  failures(
    'failure: rate_limited is rate_limited',
    'does not say how long to wait',
    "...(failure.kind === 'rate_limited' && {",
    "...(failure.kind === 'rejected' && {",
  ),
  failures(
    'configuration: checking wrong credentials',
    'names no setting',
    '...(failure.setting && { setting: failure.setting }),',
    '',
  ),

  codes(
    'failure: bad_credentials is unauthorized',
    'tries a wrong password for ever',
    "20003: account('Twilio refused the credentials; check accountSid and authToken', 'authToken')",
    "20003: { kind: 'unavailable', words: 'the account' }",
  ),
  codes(
    'configuration: checking wrong credentials',
    'names a setting that does not exist',
    "check accountSid and authToken', 'authToken'",
    "check accountSid and authToken', 'token' as never",
  ),
  codes(
    'failure: opted_out is unreachable',
    'takes an opt-out for bad content',
    "21610: { kind: 'unreachable'",
    "21610: { kind: 'rejected'",
  ),
  codes(
    'failure: rate_limited is rate_limited',
    'gives up when asked to slow down',
    "20429: { kind: 'rate_limited'",
    "20429: { kind: 'rejected'",
  ),

  check(
    'configuration: checking settings that work',
    'asks nobody',
    'const owner = await',
    'if (config) return { warnings: [] };\n  const owner = await',
  ),

  history(
    'lookup: what was never sent',
    'compares the beginning of a text only',
    "bodies.has(sent.body ?? '')",
    '[...bodies].some((body) => sent.body.startsWith(body))',
  ),
  history('lookup: what was never sent', 'does not compare the text', "bodies.has(sent.body ?? '') &&", ''),
  history(
    'lookup: one that was sent long before',
    'does not look at when',
    'dateCreated.getTime() >= earliest',
    'dateCreated.getTime() >= 0',
  ),
  history(
    'lookup: of several equal ones',
    'gives the newest first',
    'return matches.reverse();',
    'return matches;',
  ),
  history('lookup: what was never sent', 'looks at all customers', 'to: query.message.to.party, ', ''),
  history(
    'lookup: busy is an error',
    'finds nothing when it cannot look',
    'for await (const page of pagesOf(account.client, filter, signal)) {',
    'for await (const page of quiet(pagesOf(account.client, filter, signal))) {',
  ),
  history('backlog: what was missed', 'hands in the newest first', 'received.reverse();', ''),
  history(
    'backlog: what we sent',
    'hands in what we sent ourselves',
    "if (message.direction !== 'inbound') return false;",
    '',
  ),
  history(
    'backlog: what could not be stored',
    'forgets that storing may fail',
    'await inbox.accept(events);',
    'await inbox.accept(events).catch(() => undefined);',
  ),
  history('backlog: what came before', 'hands in the whole history', 'dateSentAfter: since, ', ''),

  media('media: foreign places', 'opens any place at all', '!origins.isProvider(url)', 'false'),
  media(
    'media: credentials go',
    'shows the credentials to whoever it is sent to',
    'url.origin === named.origin ?',
    'named ?',
  ),
  media(
    'media: a file that is not there',
    'takes a missing file for a bad one',
    "400: 'rejected',",
    "400: 'rejected',\n  404: 'rejected',",
  ),
  media(
    'media: opening can be given up',
    'cannot be given up',
    'downloads.open(url, signal)',
    'downloads.open(url, new AbortController().signal)',
  ),
  media(
    'media: a file is read',
    'forgets what kind of file it is',
    'return downloads.open(url, signal);',
    "return { ...(await downloads.open(url, signal)), mimeType: 'application/octet-stream' };",
  ),
];
