import { eventReader } from '../net/event-reader';

interface Access {
  readonly space: string;
  readonly token: string;
}

const MOST_EVENTS = 200;
/** The chat that was written in last. */
let chatId: string | undefined;

start();

/** `#space=…&token=…` spares the form; what was given stays in this tab, and in no address. */
function start(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  const [space, token] = ['space', 'token'].map(
    (name) => given.get(name) ?? sessionStorage.getItem(name) ?? '',
  );
  history.replaceState(null, '', location.pathname);
  on('access', () => enter({ space: field('space').value.trim(), token: field('token').value.trim() }));
  if (space && token) void enter({ space, token });
}

async function enter(access: Access): Promise<void> {
  for (const [name, value] of Object.entries(access)) sessionStorage.setItem(name, value);
  const agents = await call(access, '/chat/config/agents');
  if (!agents.ok) return say(`The API answers ${agents.status}: look at the space and its token.`);
  for (const { id, name } of await agents.json()) element('agent').append(new Option(name, id));
  element('access').hidden = true;
  element('answer').hidden = false;
  on('answer', () => answer(access));
  await follow(access);
}

/** The events of the space from now on; again where the gateway went away. */
async function follow(access: Access): Promise<void> {
  for (let last = ''; ; await new Promise((resolve) => setTimeout(resolve, 2_000))) {
    try {
      const headers = last === '' ? {} : { 'last-event-id': last };
      const response = await call(access, '/events/stream', { headers });
      const read = eventReader();
      say('Live: every event of the space, as web hooks and streams have it.');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
        for (const { id, name, data } of read(piece.value)) {
          last = id;
          show(name, JSON.parse(data));
        }
    } catch {
      say('The gateway is away.');
    }
  }
}

function show(
  name: string,
  event: { readonly payload?: { readonly context?: { readonly chatId?: string } } },
): void {
  chatId = event.payload?.context?.chatId ?? chatId;
  const item = document.createElement('li');
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  const content = document.createElement('pre');
  summary.textContent = `${new Date().toLocaleTimeString()}  ${name}`;
  content.textContent = JSON.stringify(event, null, 2);
  details.append(summary, content);
  item.append(details);
  const list = element('events');
  list.prepend(item);
  if (list.childElementCount > MOST_EVENTS) list.lastElementChild?.remove();
}

async function answer(access: Access): Promise<void> {
  const text = field('text');
  if (chatId === undefined) return say('Nobody has written yet: open the chat on the left.');
  const body = JSON.stringify({
    from: { profileId: field('agent').value },
    parts: [{ type: 'text/plain', data: text.value }],
  });
  const headers = { 'content-type': 'application/json' };
  const response = await call(access, `/chats/${chatId}/messages`, { method: 'POST', headers, body });
  if (response.ok) text.value = '';
  else say(`The answer was not taken: ${response.status} ${(await response.json()).detail ?? ''}`);
}

function call({ space, token }: Access, path: string, options: RequestInit = {}): Promise<Response> {
  const headers = { ...options.headers, authorization: `Bearer ${token}` };
  return fetch(`/apispaces/${space}${path}`, { ...options, headers });
}

function on(form: string, submit: () => Promise<void>): void {
  element(form).addEventListener('submit', (event) => {
    event.preventDefault();
    submit().catch(() => say('The gateway is away.'));
  });
}

function say(text: string): void {
  element('state').textContent = text;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}; it is not the one that this script is for`);
  return found;
}

function field(id: string): HTMLInputElement {
  const found = element(id);
  // Areas and lists have what is asked of them, a value.
  return found as HTMLInputElement;
}
