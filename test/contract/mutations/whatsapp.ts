import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('plugins/whatsapp');

const index = of('index.ts');
const json = of('json.ts');
const webhook = of('webhook.ts');
const status = of('status.ts');
const outgoing = of('outgoing.ts');
const send = of('send.ts');
const graph = of('graph.ts');
const failures = of('failures.ts');
const codes = of('error-codes.ts');
const media = of('media.ts');

export const WHATSAPP_MUTATIONS: readonly Mutation[] = [
  index(
    'status: only declared states',
    'forgets a state that comes back',
    "'delivered', 'read', 'failed'],",
    "'delivered', 'failed'],",
  ),
  index(
    'definition: creating a channel does no I/O',
    'starts a timer when it is made',
    'const controller = new AbortController();',
    'const controller = new AbortController();\n  setInterval(() => undefined, 60_000);',
  ),
  index(
    'hints: showing that something was read',
    'only says that it marked something as read',
    '=> showRead(account, externalId)',
    '=> Promise.resolve(void externalId)',
  ),
  index(
    'hints: a refused hint',
    'hides what the provider says of a hint',
    '=> showRead(account, externalId)',
    '=> showRead(account, externalId).catch(() => undefined)',
  ),
  index(
    'hints: showing that somebody types',
    'says in words that somebody types',
    'await showRead(account, answers, true);',
    "await send(account, { to: _to, text: '…', media: [], choices: [], automatic: true }, { idempotencyKey: 'k', attempt: 1, signal: AbortSignal.timeout(1_000) });",
  ),
  json(
    'webhook: no signed body',
    'breaks on what is no JSON',
    'return undefined; // whoever',
    "throw new Error('no JSON'); // whoever",
  ),
  webhook(
    'forgery: a changed body',
    'checks that there is a signature, not which',
    'if (!isSigned) throw',
    'if (!isSigned && given.length === 0) throw',
  ),
  status(
    'status: delivered comes back',
    'drops the key that came back',
    '...(idempotencyKey !== undefined && { idempotencyKey })',
    '',
  ),
  status(
    'status: failed comes back',
    'fails without a reason',
    "if (state !== 'failed') return {};",
    "if (state !== 'sent') return {};",
  ),
  status(
    'status: one from the future',
    'guesses at a state that it does not know',
    'Object.hasOwn(STATES, name) ? STATES[name] : undefined',
    "STATES[name] ?? 'sent'",
  ),
  outgoing(
    'send: a template goes out',
    'leaves the blanks of a template empty',
    "parameters.length > 0 ? [{ type: 'body', parameters }] : []",
    "parameters.length > 99 ? [{ type: 'body', parameters }] : []",
  ),
  outgoing(
    'send: choices reach',
    'shows three choices of a list',
    'const rows = choices.map',
    'const rows = choices.slice(0, 3).map',
  ),
  outgoing(
    'send: media goes out',
    'forgets the file',
    'const placed = file && at &&',
    "const placed = text === 'never' && file && at &&",
  ),
  send(
    'failure: no_id is unavailable',
    'takes half an answer for success',
    'if (!externalId)',
    "if (externalId === 'never')",
  ),
  graph(
    'configuration: a check can be given up',
    'cannot be given up',
    "signal: ends, redirect: 'error'",
    "redirect: 'error'",
  ),
  graph(
    'lifecycle: closing ends what is under way',
    'goes on with what was under way',
    'AbortSignal.any([signal, closing])',
    'AbortSignal.any([signal])',
  ),
  failures(
    'secrets: none in an error',
    'repeats the words of Meta',
    'failure.words} (HTTP',
    "textAt(error, 'message')} (HTTP",
  ),
  failures(
    'failure: silent is unavailable',
    'is sure that nothing was sent',
    'const maybeSent = isSend && !',
    'const maybeSent = isSend && error === undefined && !',
  ),
  failures(
    'configuration: checking wrong credentials',
    'names no setting',
    '...(failure.setting && { setting: failure.setting }),',
    '',
  ),
  codes(
    'failure: bad_credentials is unauthorized',
    'tries an expired token for ever',
    '  190: TOKEN,',
    '  190: BUSY,',
  ),
  codes(
    'failure: no_such_customer is unreachable',
    'takes an unknown number for bad content',
    "131026: unreachable('bad_address',",
    "131026: rejected('bad_address',",
  ),
  media(
    'media: foreign places',
    'asks for whatever it is given',
    'if (!/^\\d{4,40}$/.test(ref)) throw',
    "if (ref === 'never') throw",
  ),
  media('media: a file that is not there', 'takes a missing file for wrong settings', '.catch(notThere)', ''),
];
