import { type Answer, json, problem } from './answers';
import {
  addMessage,
  controlKey,
  lastWrote,
  type SimulatedFile,
  type SimulatedMessage,
  type SimulatedPage,
  type World,
} from './world';

// The Graph API takes any JSON: what a field is, is found out by looking.
type Body = Readonly<Record<string, unknown>>;

const HOUR_MS = 3_600_000;
const TEXT_MAX = 2_000;
const MOST_CHOICES = 13;
const LABEL_MAX = 20;
const KINDS = ['image', 'audio', 'video', 'file'];
const ACTIONS = ['typing_on', 'typing_off', 'mark_seen'];

/** Takes a message as strictly as Meta does, its reply window included. */
export function takeMessage(world: World, page: SimulatedPage, body: Body): Answer {
  const psid = String(record(body['recipient'])['id'] ?? '');
  if (!/^\d{5,25}$/.test(psid)) return problem(400, 100, 'Param recipient[id] must be a valid ID string');
  if ('sender_action' in body) return takeAction(world, page, psid, body['sender_action']);
  const message = record(body['message']);
  for (const refuse of CHECKS) {
    const refusal = refuse({ world, page, psid, body, message });
    if (refusal) return refusal;
  }
  const taken = addMessage(world, messageOf(world, page, { psid, body, message }));
  return json({ recipient_id: psid, message_id: taken.mid });
}

function takeAction(world: World, { pageId }: SimulatedPage, psid: string, action: unknown): Answer {
  if (typeof action !== 'string' || !ACTIONS.includes(action))
    return problem(400, 100, 'Param sender_action must be one of its values');
  world.actions.push({ pageId, psid, action });
  return json({ recipient_id: psid });
}

interface Attempt {
  readonly world: World;
  readonly page: SimulatedPage;
  readonly psid: string;
  readonly body: Body;
  readonly message: Body;
}

/** In the order in which Meta looks. */
const CHECKS: readonly ((attempt: Attempt) => Answer | undefined)[] = [
  ({ body }) => {
    const known = ['recipient', 'message', 'messaging_type', 'tag', 'appsecret_proof'];
    const unknown = Object.keys(body).find((name) => !known.includes(name));
    return unknown === undefined ? undefined : problem(400, 100, `Param ${unknown} is not one of this call`);
  },
  ({ body }) =>
    body['messaging_type'] === 'RESPONSE' || body['messaging_type'] === 'MESSAGE_TAG'
      ? undefined
      : problem(400, 100, 'Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}'),
  ({ world, page, psid }) => {
    const owner = world.control.get(controlKey(page.pageId, psid)) ?? page.appId;
    return owner === page.appId
      ? undefined
      : problem(
          400,
          10,
          'Message failed to send because another app is controlling this thread now.',
          2018300,
        );
  },
  ({ message }) => {
    const { text, attachment } = message;
    if (text !== undefined && attachment !== undefined)
      return problem(400, 100, 'Only one of the text, attachment, and dynamic_text fields can be specified');
    return text || attachment
      ? undefined
      : problem(400, 100, 'Message cannot be empty, must provide valid attachment or text');
  },
  ({ message: { text = '' } }) =>
    typeof text === 'string' && [...text].length <= TEXT_MAX && text.length <= TEXT_MAX
      ? undefined
      : problem(400, 100, 'Length of param message[text] must be less than or equal to 2000'),
  ({ message }) => {
    const { type, payload } = record(message['attachment']);
    if (type === undefined) return undefined;
    const isKnown = typeof type === 'string' && KINDS.includes(type);
    return isKnown && isHttp(record(payload)['url'])
      ? undefined
      : problem(400, 100, 'Failed to fetch the file from the url', 2018008);
  },
  ({ message: { quick_replies: replies = [] } }) => {
    const isSmall =
      Array.isArray(replies) &&
      replies.length <= MOST_CHOICES &&
      replies.every((reply) => String(record(reply)['title']).length <= LABEL_MAX);
    return isSmall ? undefined : problem(400, 100, 'Param message[quick_replies] is too large');
  },
  outsideWindow,
];

/** 24 hours after the customer's last message; for people seven days, where the app may. */
function outsideWindow({ world, page, psid, body }: Attempt): Answer | undefined {
  const last = lastWrote(world, page.pageId, psid);
  if (!last) return problem(400, 100, 'No matching user found', 2018001);
  const hours = (world.now().getTime() - last.getTime()) / HOUR_MS;
  const outside = problem(400, 10, 'This message is sent outside of allowed window.', 2018278);
  if (body['messaging_type'] === 'RESPONSE') return hours <= 24 ? undefined : outside;
  if (body['tag'] !== 'HUMAN_AGENT') return problem(400, 100, 'Param tag is not supported any more');
  if (!page.humanAgent) return problem(400, 10, 'Application does not have permission for this action');
  return hours <= 7 * 24 ? undefined : outside;
}

function messageOf(
  world: World,
  page: SimulatedPage,
  { psid, body, message }: Pick<Attempt, 'psid' | 'body' | 'message'>,
): SimulatedMessage {
  const { tag } = body;
  const { text, metadata, attachment, quick_replies: replies } = message;
  const choices = Array.isArray(replies) ? replies.map(record) : [];
  return {
    mid: world.newId('m_'),
    pageId: page.pageId,
    psid,
    isFromPage: true,
    text: typeof text === 'string' ? text : '',
    files: attachment === undefined ? [] : [fileOf(world, record(attachment))],
    at: world.now(),
    appId: page.appId,
    ...(typeof metadata === 'string' && { metadata }),
    ...(typeof tag === 'string' && { tag }),
    choices: choices.map(({ title, payload }) => ({ title: String(title), payload: String(payload) })),
  };
}

function fileOf(world: World, { type, payload }: Body): SimulatedFile {
  const url = String(record(payload)['url']);
  return { id: world.newId('9'), kind: String(type), mimeType: 'image/png', bytes: undefined, url };
}

function record(value: unknown): Body {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isHttp(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
