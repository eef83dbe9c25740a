import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('adapters/app-messaging');

const index = of('index.ts');
const config = of('config.ts');
const claims = of('claims.ts');
const sessions = of('sessions.ts');
const frames = of('frames.ts');

export const APP_MESSAGING_MUTATIONS: readonly Mutation[] = [
  index(
    'answer: the same stands in the conversation',
    'lets the host put less there than it would itself',
    '    answerOf,\n',
    '    answerOf: (message) => ({ ...answerOf(message), metadata: undefined }),\n',
  ),
  claims(
    'client: nobody comes in by a proof that is forged',
    'takes tokens that nobody signed',
    '  try {\n',
    "  try {\n    const [, body = ''] = token.split('.');\n    if (token.endsWith('.')) return JSON.parse(Buffer.from(body, 'base64url').toString()).sub;\n",
  ),
  claims(
    'client: nobody comes in by a proof that is expired',
    'takes tokens of yesterday',
    'clockTolerance: TOLERANCE_S',
    'clockTolerance: 86_400',
  ),
  claims(
    'client: nobody comes in by a proof that is another challenge',
    'takes tokens made for another challenge',
    "payload['nonce'] === nonce && ",
    '',
  ),
  claims(
    'client: nobody comes in by a proof that is nonsense',
    'breaks on what is no token',
    'if (error instanceof errors.JOSEError) return undefined;',
    '',
  ),
  sessions(
    'client: whoever is proven comes in',
    'lets everybody in as the same person',
    '{ profileId };\n}',
    "{ profileId: 'customer' };\n}",
  ),
  sessions(
    'client: what strangers send',
    'reads whatever comes as JSON',
    'const fields = fieldsOf(request);\n  const challengeId',
    'const fields = JSON.parse(String(Buffer.from(request.body)));\n  const challengeId',
  ),
  sessions(
    'client: no secret goes',
    'shows the secret beside the session',
    'return json(200, { token: opened.token,',
    'return json(200, { debug: account.config, token: opened.token,',
  ),
  sessions(
    'client: every route is told apart',
    'has two routes for one call',
    "'GET /sessions/tokens/anon'",
    "'GET /sessions/start'",
  ),
  index(
    'client: only the origins',
    'takes the start of an origin for the whole',
    'allowedOrigins.includes(origin)',
    'allowedOrigins.some((one) => origin.startsWith(one))',
  ),
  frames(
    'client: every event has a frame',
    'makes each frame anew',
    'revision, etag, publishedOn: at },',
    'revision, etag, publishedOn: Math.random() },',
  ),
  frames(
    'client: a frame of a message holds',
    'tells of a message without its words',
    'payload: messagePayload(news),',
    'payload: { id: news.message.id },',
  ),
  frames(
    'client: whatever an app says',
    'breaks on what is no object',
    "typeof frame === 'object' && frame !== null && 'name' in frame",
    "'name' in Object.assign(frame as object)",
  ),
  config('configuration: secrets are marked', 'leaves the secret in the open', 'writeOnly: true,', ''),
  index(
    'send: the same key twice',
    'makes two of a repeated answer',
    '{ ...context, signal }',
    '{ ...context, signal, idempotencyKey: context.idempotencyKey + Math.random() }',
  ),
];
