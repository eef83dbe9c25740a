import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('adapters/web-chat');

const index = of('index.ts');
const claims = of('claims.ts');
const sessions = of('sessions.ts');
const messages = of('messages.ts');
const settings = of('public-settings.ts');
const stream = of('stream.ts');
const files = of('widget-files.ts');

export const WEB_CHAT_MUTATIONS: readonly Mutation[] = [
  index(
    'answer: the same stands in the conversation',
    'lets the host put less there than it would itself',
    '    answerOf,\n',
    '    answerOf: (message) => ({ ...answerOf(message), metadata: undefined }),\n',
  ),
  index(
    'send: choices reach',
    'forgets the choices',
    'answerInConversation(ports, message, {',
    'answerInConversation(ports, { ...message, choices: [] }, {',
  ),
  claims(
    'site: nobody comes in by a proof that is forged',
    'takes tokens that nobody signed',
    '  try {\n',
    "  try {\n    const [, body = ''] = token.split('.');\n    if (token.endsWith('.')) return JSON.parse(Buffer.from(body, 'base64url').toString());\n",
  ),
  claims(
    'site: nobody comes in by a proof that is expired',
    'takes tokens of yesterday',
    'clockTolerance: TOLERANCE_S',
    'clockTolerance: 86_400',
  ),
  claims(
    'site: nobody comes in by a proof that is another challenge',
    'takes tokens made for another chat',
    ', audience: config.identity?.audience ?? host.accountId }',
    ' }',
  ),
  claims(
    'site: nobody comes in by a proof that is nonsense',
    'breaks on what is no token',
    'if (error instanceof errors.JOSEError) return undefined;',
    '',
  ),
  sessions(
    'site: whoever is proven comes in',
    'lets everybody in without a name',
    'user?.id ?? anonymousId(browser)',
    'anonymousId(browser)',
  ),
  sessions(
    'site: whoever came in is let in',
    'turns away whom it let in',
    '|| !isAnonymous(profileId)',
    '|| isAnonymous(profileId)',
  ),
  sessions(
    'site: what strangers send',
    'reads whatever comes as JSON',
    'const fields = fieldsOf(request);\n  const browser',
    'const fields = JSON.parse(String(Buffer.from(request.body)));\n  const browser',
  ),
  settings(
    'site: no secret goes',
    'shows the settings as they are',
    "identity: config.identity?.mode ?? 'off',",
    "identity: config.identity ?? 'off',",
  ),
  messages(
    'site: every route is told apart',
    'has two routes for one call',
    "forSession('POST /typing'",
    "forSession('POST /marks'",
  ),
  messages(
    'site: a post that is repeated',
    'makes two of a repeated post',
    'key: ref,',
    'key: ref + Math.random(),',
  ),
  index(
    'site: only the origins',
    'takes the start of an origin for the whole',
    'allowedOrigins.includes(origin)',
    'allowedOrigins.some((one) => origin.startsWith(one))',
  ),
  files(
    'site: files are somewhere',
    'says where a file lies, from wherever it was started',
    'file: path.join(FOLDER, at)',
    'file: at.slice(1)',
  ),
  stream(
    'site: every event has a name',
    'makes each event anew',
    'data: { reason }',
    'data: { reason, mark: Math.random() }',
  ),
  stream(
    'site: an event of a message holds',
    'shows all that is kept with a message',
    'data: plainMessage(news.message)',
    'data: { ...news.message }',
  ),
];
