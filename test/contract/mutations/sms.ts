import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('adapters/sms');

const index = of('index.ts');
const config = of('config.ts');
const address = of('address.ts');
const webhook = of('webhook.ts');
const inbound = of('inbound.ts');
const params = of('params.ts');

/** What it says of itself, and what comes in. */
export const SMS_MUTATIONS: readonly Mutation[] = [
  index('definition: speaks this version', 'needs a newer contract', "contract: '^0.1'", "contract: '^0.2'"),
  index(
    'send: takes a text of exactly',
    'declares a longer text than Twilio takes',
    'maxLength: 1_600',
    'maxLength: 1_700',
  ),
  index(
    'send: media goes out',
    'declares more pictures than Twilio takes',
    'perMessage: 10',
    'perMessage: 12',
  ),
  index(
    'send: the same key twice',
    'says that Twilio knows idempotency keys',
    'idempotentSend: false',
    'idempotentSend: true',
  ),
  index('status: only declared states', 'forgets a state that comes back', "'read', 'failed'", "'failed'"),
  index(
    'definition: has the members',
    'forgets that a look-up exists',
    'lookup: { settlesAfterMs: 60_000 },',
    '',
  ),
  index('lifecycle: nothing is left', 'never ends its sockets', 'client.close();', ''),

  config(
    'configuration: secrets are marked',
    'leaves the token in the open',
    'maxLength: 200, writeOnly: true',
    'maxLength: 200',
  ),
  config(
    'configuration: a missing or an unknown',
    'takes any setting',
    'additionalProperties: false',
    'additionalProperties: true',
  ),
  config(
    'configuration: settings without any secret',
    'can do without a token',
    "required: ['accountSid', 'authToken']",
    "required: ['accountSid']",
  ),
  config(
    'definition: an account has names',
    'names the account by what others share',
    'config.number, config',
    "'sms', config",
  ),

  address(
    'definition: what is no address',
    'takes any words for an address',
    'return e164(address);',
    'return e164(address) ?? address;',
  ),
  address(
    'definition: an address has one canonical',
    'keeps the blanks in a number',
    'parsed.number : undefined',
    'raw : undefined',
  ),

  webhook(
    'forgery: an unsigned request',
    'lets unsigned requests in',
    'if (!signature) throw',
    'if (!signature) return; if (!signature) throw',
  ),
  webhook(
    'forgery: a changed body',
    'never checks the signature',
    'if (!tokens.some(',
    'if (tokens.length > 9 && !tokens.some(',
  ),
  webhook(
    'forgery: a changed address',
    'checks the path alone',
    'validateRequest(token, signature, url, params)',
    "validateRequest(token, signature, url.split('?')[0] ?? '', params)",
  ),
  webhook(
    'forgery: the signature of an empty body',
    'signs the URL alone',
    'validateRequest(token, signature, url, params)',
    'validateRequest(token, signature, url, {}) || validateRequest(token, signature, url, params)',
  ),
  webhook(
    'forgery: a changed address',
    'crashes on a URL that is none',
    '  } catch {\n',
    '  } catch (error) {\n    if (error) throw error;\n',
  ),
  webhook(
    'secrets: a refused webhook',
    'tells what the signature should have been',
    "'the signature is not Twilio’s; check authToken and the public URL'",
    'tokens.join()',
  ),
  webhook(
    'forgery: the signature of an empty body',
    'trusts a JSON body that nobody signed',
    'hasSignedBody(request) && validate',
    'validate',
  ),
  webhook(
    'webhook: the answer is a success',
    'answers with a failure',
    '{ status: 204 } : TWIML',
    '{ status: 204 } : { status: 500 }',
  ),

  inbound(
    'webhook: what comes along',
    'puts the whole delivery beside each message, however long it is',
    '    metadata: metadataOf(params),\n  };',
    "    metadata: metadataOf(params),\n    raw: { data: Buffer.from(JSON.stringify(params)), mimeType: 'application/json' },\n  };",
  ),
  inbound(
    'webhook: pictures without a word',
    'drops a picture without words',
    'if (!externalId || !from || !own)',
    "if (!externalId || !from || !own || !first(params, 'Body'))",
  ),
  inbound(
    'webhook: pictures without a word',
    'takes a picture without words for a status',
    "return (\n    first(params, 'MessageStatus')",
    "return (\n    !first(params, 'Body') ||\n    first(params, 'MessageStatus')",
  ),
  inbound(
    'webhook: pictures without a word',
    'sees the first picture only',
    'const MOST_MEDIA = 10;',
    'const MOST_MEDIA = 1;',
  ),
  inbound(
    'webhook: the same message has',
    'invents the id',
    'externalId,\n    address',
    'externalId: String(Math.random()),\n    address',
  ),
  inbound(
    'webhook: parsing is pure',
    'reads the clock',
    'externalId,\n    address',
    'externalId,\n    sentAt: new Date(),\n    address',
  ),
  inbound(
    'webhook: a message arrives whole',
    'swaps the addresses',
    'address: { own, party: canonical(from) }',
    'address: { own: canonical(from), party: own }',
  ),
  inbound(
    'webhook: a message arrives whole',
    'trims the text',
    "const text = first(params, 'Body');",
    "const text = first(params, 'Body')?.replace(/\\s+/g, ' ');",
  ),
  inbound(
    'webhook: an event from the future',
    'drops what it does not know in silence',
    "return [message ? { type: 'message', message } : { type: 'ignored', reason: unknownKind(params) }];",
    "return message ? [{ type: 'message', message }] : [];",
  ),
  inbound(
    'webhook: an event from the future',
    'crashes on what it does not know',
    "{ type: 'ignored', reason: unknownKind(params) }]",
    '(() => { throw new TypeError(unknownKind(params)); })()]',
  ),
  inbound(
    'webhook: content from the future',
    'shows a location as an empty message',
    '!text && media.length === 0 && unsupportedOf(params)',
    'false && unsupportedOf(params)',
  ),
  inbound(
    'status: delivered comes back',
    'takes delivered for sent',
    "delivered: 'delivered'",
    "delivered: 'sent'",
  ),
  inbound(
    'status: failed comes back',
    'forgets that a message was not delivered',
    "undelivered: 'failed'",
    'undelivered: undefined',
  ),
  inbound(
    'status: one from the future',
    'guesses at a state that it does not know',
    'Object.hasOwn(STATES, status) ? STATES[status] : undefined',
    "STATES[status] ?? 'sent'",
  ),
  inbound(
    'status: delivered comes back',
    'drops the key that came back',
    '...(idempotencyKey && { idempotencyKey })',
    '',
  ),
  inbound(
    'status: failed comes back',
    'fails without a reason',
    "...(state === 'failed' && { reason: reasonOf(code ?? '') }),",
    '',
  ),

  params('webhook: no signed body', 'lets a parameter poison objects', 'Object.create(null)', '{}'),
  params(
    'webhook: a message arrives whole',
    'splits a text at its plus signs',
    "new URLSearchParams(body.toString('utf8'))",
    "new URLSearchParams(body.toString('utf8').replaceAll('+', '%2B'))",
  ),
];
