import type {
  ClientRoute,
  ClientSession,
  ConversationPart,
  ConversationPost,
  HttpReply,
  SessionCall,
} from '../../plugins/contract/index';
import {
  asFields,
  asFlag,
  asList,
  asText,
  type Fields,
  fieldsOf,
  json,
  maybeText,
  NO_CONTENT,
  queryNumber,
  queryOf,
  wrong,
} from '../../plugins/helpers/client-body';
import { forSession } from '../../plugins/helpers/client-routes';
import type { Account } from './account';
import { filePart } from './files';
import { identify, type SaidOfSelf, saidIn } from './identify';
import { shownMessage } from './shapes';

const MOST_PARTS = 10;
const LONGEST_TEXT = 10_000;
const LONGEST_CHOICE = 1_000;
const MOST_MARKED = 200;
const HIGHEST_EVENT = 2_147_483_647;

/** What is said, who has read it, and who is typing. */
export function messageRoutes(account: Account): ClientRoute[] {
  return [
    forSession('GET /messages', (call) => list(account, call)),
    forSession('POST /messages', (call) => post(account, call), { perMinute: 40, maxBytes: 256 * 1024 }),
    forSession('POST /marks', (call) => mark(account, call)),
    forSession('POST /typing', (call) => typing(account, call), { perMinute: 60 }),
  ];
}

async function list(
  { config, ports: { conversations } }: Account,
  { session, request }: SessionCall,
): Promise<HttpReply> {
  const query = queryOf(request);
  const before = queryNumber(query, 'before', { least: 1, most: HIGHEST_EVENT });
  const limit = queryNumber(query, 'limit', { least: 1, most: 100 }) ?? 50;
  const [own, chat] = [await conversations.own(session), await conversations.ownChat(session)];
  if (!own || before === 1)
    return json(200, { messages: [], earliest: 0, latest: own?.latestEventId ?? 0, chat });
  const from = before === undefined ? {} : { from: before - 1 };
  const page = await conversations.messages(session, own.id, { ...from, limit });
  const { earliestEventId: earliest, latestEventId: latest } = page;
  const messages = page.messages.map((message) => shownMessage(message, session, config));
  return json(200, { messages, earliest, latest, chat });
}

async function post(account: Account, { session, request }: SessionCall): Promise<HttpReply> {
  const fields = fieldsOf(request);
  const given = await postIn(account, session, fields);
  await answerQuestions(account, session, saidIn(asFields(fields['preChat'] ?? {}, 'preChat'), 'preChat.'));
  const { conversations } = account.ports;
  const { id } = await conversations.begin(session);
  const posted = await conversations.post(session, id, given);
  const { eventId: number, on, isRepeated } = posted;
  return json(isRepeated ? 200 : 201, { id: posted.id, number, on });
}

async function postIn(account: Account, session: ClientSession, fields: Fields): Promise<ConversationPost> {
  const ref = asText(fields['ref'], 'ref', 100);
  if (!/^[\w.:-]+$/.test(ref)) throw wrong('ref', 'letters and digits of your own making');
  const parts: ConversationPart[] = [];
  for (const part of asList(fields['parts'], 'parts', MOST_PARTS))
    parts.push(await partOf(account, session, asFields(part, 'parts')));
  if (parts.length === 0) throw wrong('parts', 'a list with at least one part');
  const teamId = teamIn(account, fields);
  const page = pageIn(fields);
  const choiceId = maybeText(fields['choiceId'], 'choiceId', LONGEST_CHOICE);
  const chosen = choiceId === undefined ? {} : { choiceId };
  return {
    key: ref,
    parts,
    metadata: { ref, ...(page && { page }), ...chosen },
    ...chosen,
    ...(teamId === undefined ? {} : { teamId }),
  };
}

async function partOf(account: Account, session: ClientSession, part: Fields): Promise<ConversationPart> {
  if (part['fileId'] !== undefined)
    return filePart(account, session, asText(part['fileId'], 'parts.fileId', 200));
  if (part['type'] !== 'text/plain') throw wrong('parts.type', 'text/plain');
  const data = asText(part['data'], 'parts.data', LONGEST_TEXT);
  if (data.trim() === '') throw wrong('parts.data', 'a text with something in it');
  return { type: 'text/plain', data, size: Buffer.byteLength(data) };
}

function teamIn({ config }: Account, fields: Fields): string | undefined {
  const teamId = maybeText(fields['teamId'], 'teamId', 200);
  if (teamId !== undefined && !config.teams?.includes(teamId))
    throw wrong('teamId', 'one of the teams to choose from');
  return teamId;
}

/** Where the visitor is, for whoever answers. */
function pageIn(fields: Fields) {
  if (fields['page'] === undefined) return undefined;
  const { url, title } = asFields(fields['page'], 'page');
  const address = asText(url, 'page.url', 4_000);
  if (!/^https?:\/\//i.test(address)) throw wrong('page.url', 'an http or https address');
  return { url: address, title: maybeText(title, 'page.title', 500) };
}

/** Keeps what was answered; a 400 names a question that must be answered and was not, now or before. */
async function answerQuestions(account: Account, session: ClientSession, said: SaidOfSelf): Promise<void> {
  if (Object.keys(said).length > 0) await identify(account, session, said);
  const missing = (account.config.preChat ?? []).filter(
    ({ key, isRequired }) => isRequired && said[key] === undefined,
  );
  if (missing.length === 0) return;
  const { data } = await account.ports.profiles.get(session, session.profileId);
  for (const { key } of missing)
    if (data[key] === undefined) throw wrong(`preChat.${key}`, 'answered before the first message');
}

async function mark(
  { ports: { conversations }, host }: Account,
  { session, request }: SessionCall,
): Promise<HttpReply> {
  const { ids, status } = fieldsOf(request);
  if (status !== 'delivered' && status !== 'read') throw wrong('status', 'delivered or read');
  const messageIds = asList(ids, 'ids', MOST_MARKED).map((id) => asText(id, 'ids', 100));
  const own = await conversations.own(session);
  if (!own) throw wrong('ids', 'of messages of this conversation');
  await conversations.mark(session, own.id, [{ messageIds, status, on: host.now() }]);
  return NO_CONTENT;
}

async function typing(
  { ports: { conversations } }: Account,
  { session, request }: SessionCall,
): Promise<HttpReply> {
  const isOn = asFlag(fieldsOf(request)['on'], 'on');
  const own = await conversations.own(session);
  // Before the first message there is nobody who could see it.
  if (own) await conversations.setTyping(session, own.id, isOn);
  return NO_CONTENT;
}
