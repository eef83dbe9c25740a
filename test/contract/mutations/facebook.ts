import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('adapters/facebook');

const index = of('index.ts');
const config = of('config.ts');
const webhook = of('webhook.ts');
const envelope = of('envelope.ts');
const inbound = of('inbound.ts');
const content = of('content.ts');
const send = of('send.ts');
const graph = of('graph-call.ts');
const wire = of('wire.ts');
const failures = of('failures.ts');
const codes = of('error-codes.ts');
const check = of('check.ts');
const history = of('history.ts');
const conversations = of('conversations.ts');
const media = of('media.ts');

export const FACEBOOK_MUTATIONS: readonly Mutation[] = [
  index(
    'send: takes a text of exactly',
    'declares a longer text than Meta takes',
    'maxLength: 2_000',
    'maxLength: 2_100',
  ),
  index('send: media goes out', 'lets words travel with a file', 'alone: true', 'alone: false'),
  index('send: choices reach', 'declares more choices than Meta takes', 'max: 13', 'max: 14'),
  index(
    'send: the same key twice',
    'says that Meta knows idempotency keys',
    'idempotentSend: false',
    'idempotentSend: true',
  ),
  index(
    'status: only declared states',
    'forgets a state that comes back',
    "['delivered', 'read']",
    "['delivered']",
  ),
  index(
    'definition: has the members',
    'forgets that a look-up exists',
    'lookup: { settlesAfterMs: 90_000 },',
    '',
  ),
  index('lifecycle: nothing is left', 'never ends its sockets', 'graph.close();', ''),

  config(
    'configuration: secrets are marked',
    'leaves the secrets in the open',
    'maxLength: 1_000, writeOnly: true',
    'maxLength: 1_000',
  ),
  config(
    'configuration: a missing or an unknown',
    'takes any setting',
    'additionalProperties: false',
    'additionalProperties: true',
  ),
  config(
    'configuration: settings without any secret',
    'can do without a secret',
    "'pageAccessToken', 'appSecret', 'verifyToken'],",
    '],',
  ),
  config(
    'definition: an account has names',
    'names the account by what others share',
    'return [config.pageId];',
    "return ['page'];",
  ),
  config(
    'definition: what is no address',
    'takes any words for an address',
    'PAGE_SCOPED_ID.test(id) ? id',
    'id ? id',
  ),
  config('definition: an address has one canonical', 'keeps blanks in an address', 'raw.trim()', 'raw'),

  webhook(
    'forgery: an unsigned request',
    'lets unsigned requests in',
    'if (!signature) throw',
    'if (!signature) return; if (!signature) throw',
  ),
  webhook(
    'forgery: a changed body',
    'never checks the signature',
    'if (!isSigned)',
    'if (!isSigned && secrets.length > 9)',
  ),
  webhook(
    'forgery: a changed body',
    'signs what JSON would write',
    '.update(body).digest',
    '.update(JSON.stringify(JSON.parse(String(body)))).digest',
  ),
  webhook(
    'forgery: a changed header',
    'goes by the start of a signature',
    'isSame(given, ',
    'isSame(given.subarray(0, 71), ',
  ),
  webhook(
    'secrets: a refused webhook',
    'tells what the signature should have been',
    "'the signature is not Meta’s; check appSecret'",
    'secrets.join()',
  ),

  envelope(
    'webhook: a message arrives whole',
    'reads the first entry only',
    "recordsAt(body, 'entry').flatMap",
    "recordsAt(body, 'entry').slice(0, 0).flatMap",
  ),
  envelope(
    'webhook: nothing of a batch',
    'reads the first event only',
    'return list.map((item',
    'return list.slice(0, 1).map((item',
  ),
  envelope(
    'webhook: no signed body',
    'crashes on what is no JSON',
    'return undefined; // `itemsOf`',
    "throw new Error('no JSON'); // `itemsOf`",
  ),

  inbound(
    'webhook: the same message has',
    'makes ids of the clock',
    "const externalId = textAt(body, 'mid');",
    "const externalId = 'm_' + Date.now() + Math.random();",
  ),
  inbound(
    'status: read comes back',
    'takes a read for a delivery',
    "watermark(said, body, 'read')",
    "watermark(said, body, 'delivered')",
  ),

  content(
    'webhook: pictures without a word',
    'drops a picture without words',
    'if (mimeType && url) return',
    "if (mimeType && url && attachment['text']) return",
  ),
  content(
    'webhook: a message arrives whole',
    'trims what was written',
    "textAt(body, 'text') ?? ''",
    "(textAt(body, 'text') ?? '').trim().split('\\n')[0] ?? ''",
  ),

  send('send: choices reach', 'forgets the choices', 'choices.length > 0 &&', 'choices.length > 99 &&'),
  send('send: media goes out', 'forgets the file', '...(file && {', '...(!file && {'),
  send(
    'send: the customer gets the text',
    'sends to the page itself',
    'id: message.to.party',
    'id: message.to.own',
  ),
  send(
    'send: the customer gets the text',
    'trims a text',
    "text !== '' && { text }",
    "text !== '' && { text: text.trim() }",
  ),
  send(
    'failure: no_id is unavailable',
    'makes an id up',
    'if (!externalId) throw',
    "if (!externalId) return { externalIds: ['m_1'], state: 'sent' }; if (!externalId) throw",
  ),
  send('failure: silent is unavailable', 'says nothing of what may be sent', 'creates: true,', ''),

  graph(
    'send: giving up ends the request',
    'cannot be given up',
    "request.signal.addEventListener('abort', stop);",
    '',
  ),
  graph(
    'send: what was given up',
    'sends what was given up',
    'if (request.signal.aborted)',
    'if (request.signal.aborted && isClosed)',
  ),
  graph(
    'lifecycle: a closed channel',
    'sends after it was closed',
    'if (isClosed) throw',
    'if (isClosed && underWay.size > 9) throw',
  ),
  graph(
    'secrets: none in an error',
    'gives the request as the cause',
    'throw failureOf(answer,',
    'throw Object.assign(failureOf(answer, { creates, attempt: 1, pageId: config.pageId }), { cause: url }) ?? failureOf(answer,',
  ),

  wire(
    'failure: refused is unavailable',
    'takes everything for sent',
    'return wire.connected || !NEVER_CONNECTED.test(code);',
    'return true;',
  ),
  wire(
    'failure: reset_after_accept is unavailable',
    'takes nothing for sent',
    'return wire.connected || !NEVER_CONNECTED.test(code);',
    'return false;',
  ),

  failures(
    'failure: nonsense is unavailable',
    'takes what nobody can read for unsent',
    '...(facts.creates && { maybeSent: true }),\n  });\n}\n\nconst DEFAULT_WAIT_MS',
    '});\n}\n\nconst DEFAULT_WAIT_MS',
  ),
  failures(
    'failure: rate_limited is rate_limited',
    'says nothing of how long to wait',
    '{ retryAfterMs: retryAfterMs(answer.headers, facts.pageId) }',
    '{}',
  ),
  failures(
    'configuration: checking wrong credentials',
    'forgets the setting',
    '...(failure.setting && { setting: failure.setting }),',
    '',
  ),
  failures(
    'secrets: no customer',
    'repeats the words of Meta',
    'new ChannelError(failure.kind, `',
    "new ChannelError(failure.kind, (textAt(error, 'message') ?? '') + `",
  ),

  codes(
    'failure: bad_credentials is unauthorized',
    'takes an expired token for a moment of trouble',
    "'190/463': account(",
    "'190/463': BUSY ?? account(",
  ),
  codes(
    'failure: rate_limited is rate_limited',
    'takes too many calls for a refusal',
    "'613': SLOWER",
    "'613': NOBODY",
  ),
  codes(
    'failure: opted_out is unreachable',
    'takes a blocked page for a bad message',
    "'551/1545041': BLOCKED",
    "'551/1545041': BAD_MEDIA",
  ),

  check(
    'configuration: checking settings that work',
    'does not ask',
    'await mustBeThePage(graph, signal);',
    'return { warnings: [] };',
  ),

  history('lookup: what the customer wrote', 'finds what somebody else wrote', 'one.from === pageId &&', ''),
  history(
    'lookup: what was never sent',
    'goes by the customer alone',
    "isSameText(one.text, message.text ?? '') &&",
    '',
  ),
  history(
    'backlog: what was missed',
    'hands in the newest first',
    'await inbox.accept(events.slice(',
    'await inbox.accept(events.toReversed().slice(',
  ),
  history(
    'backlog: what could not be stored',
    'forgets that storing may fail',
    'await inbox.accept(events.slice(start, start + HANDED_IN_AT_ONCE));',
    'await inbox.accept(events.slice(start, start + HANDED_IN_AT_ONCE)).catch(() => undefined);',
  ),
  conversations(
    'backlog: what came before',
    'hands in the whole history',
    'const recent = all.filter(({ at }) => at.getTime() >= asked.since.getTime());',
    'const recent = all;',
  ),

  media('media: foreign places', 'opens any place at all', '!url || !isMetas(url)', '!url'),
  media(
    'media: a file that is not there',
    'takes a missing file for a bad one',
    "403: 'rejected',",
    "403: 'rejected',\n  404: 'rejected',",
  ),
  media(
    'media: opening can be given up',
    'cannot be given up',
    'downloads.open(url, signal)',
    'downloads.open(url, new AbortController().signal)',
  ),
];
