import { type Mutation, mutationsOf } from '../mutation';

const of = mutationsOf('plugins/telegram');

const listen = of('listen.ts');
const webhook = of('webhook.ts');
const config = of('config.ts');
const updates = of('updates.ts');
const send = of('send.ts');

export const TELEGRAM_MUTATIONS: readonly Mutation[] = [
  listen(
    'listener: cut connections lose nothing',
    'forgets what it had handed in',
    'offset: Number(inbox.cursor ?? 0)',
    'offset: 0',
  ),
  listen(
    'listener: what could not be stored',
    'goes on when nothing could be stored',
    'await inbox.accept(eventsOf(update, botId, JSON.stringify(update)), String(id + 1));',
    'await inbox.accept(eventsOf(update, botId, JSON.stringify(update)), String(id + 1)).catch(() => undefined);',
  ),
  listen(
    'listener: the cursor never moves',
    'moves the cursor before it hands in',
    'await inbox.accept(eventsOf(update, botId, JSON.stringify(update)), String(id + 1));',
    'await inbox.accept([], String(id + 1));\n  await inbox.accept(eventsOf(update, botId, JSON.stringify(update)));',
  ),
  listen(
    'listener: what is there and what comes',
    'never says that it is connected',
    'if (held === 0) inbox.ready();',
    '',
  ),
  listen(
    'listener: what is there and what comes',
    'hands in the newest first',
    'for (const update of updates)',
    'for (const update of updates.toReversed())',
  ),
  updates(
    'listener: what comes along',
    'puts the whole update beside each message, however long it is',
    '      ...contentOf(message),\n    },',
    "      ...contentOf(message),\n      raw: { data: Buffer.from(JSON.stringify(message)), mimeType: 'application/json' },\n    },",
  ),
  listen(
    'listener: it stops when it is told to',
    'does not hear that it should stop',
    "const updates = await call('getUpdates', asked, { signal })",
    "const updates = await call('getUpdates', asked, { signal: AbortSignal.timeout(60_000) })",
  ),
  listen(
    'listener: wrong credentials end it',
    'tries a wrong token for ever',
    'if (signal.aborted) return [];',
    "if (signal.aborted || Object(error).kind === 'unauthorized') return [];",
  ),

  webhook(
    'forgery: an unsigned request',
    'lets in whoever shows no secret',
    'if (given.length !== secret.length ||',
    'if (given.length === 0) return;\n      if (given.length !== secret.length ||',
  ),
  config(
    'forgery: the signature of one account',
    'gives all bots one secret',
    '.update(`the webhook of',
    '.update(`the webhook of` || `',
  ),
  updates(
    'webhook: pictures without a word',
    'drops a picture without words',
    'if (media.length > 0) return',
    "if (media.length > 0 && typeof caption === 'string') return",
  ),
  updates(
    'webhook: the same message has',
    'makes ids of the clock',
    'externalId: externalIdOf(address.party, id),\n      address,',
    'externalId: String(performance.now()),\n      address,',
  ),
  send(
    'send: choices reach',
    'shows the first choice only',
    'choices.map(buttonRow)',
    'choices.slice(0, 1).map(buttonRow)',
  ),
];
