import type * as Sdk from '@comapi/sdk-js-foundation';
import type { Start } from '../start';

/** The published SDK, from its own bundle. */
declare const COMAPI: typeof Sdk;

const CONVERSATION = 'help';
const shown = new Set<string>();

begin().catch((error: unknown) => say(`It does not work: ${String(error)}`));

async function begin(): Promise<void> {
  const response = await fetch('/start');
  const { gatewayUrl, apiSpaceId, customers, shop }: Start = await response.json();
  element('who').textContent = `${shop.name} · Help`;
  const sdk = await COMAPI.Foundation.initialise(
    new COMAPI.ComapiConfig()
      .withApiSpace(apiSpaceId)
      .withUrlBase(gatewayUrl)
      .withWebSocketBase(gatewayUrl.replace(/^http/, 'ws'))
      .withAuthChallenge((options, answer) => void sign(options.nonce).then((token) => answer(token))),
  );
  sdk.on('conversationMessageEvent', (event: Sdk.IConversationMessageEvent) => {
    if ('parts' in event.payload) show(sdk, { ...event.payload, id: event.payload.messageId });
  });
  const { profileId } = await sdk.startSession();
  const { appMessaging, profile } = sdk.services;
  await profile.patchMyProfile({ name: customers.app.name }, false);
  const conversations = await appMessaging.getConversations();
  if (!conversations.some(({ id }) => id === CONVERSATION))
    await appMessaging.createConversation(
      new COMAPI.ConversationBuilder().withId(CONVERSATION).withName('Help'),
    );
  const { messages } = await appMessaging.getMessages(CONVERSATION, 50);
  for (const message of messages) show(sdk, message);
  element('write').addEventListener('submit', (event) => {
    event.preventDefault();
    write(sdk);
  });
  say(`${customers.app.name} is signed in, as “${profileId}”`);
}

/** The part of the app's own server. */
async function sign(nonce: string): Promise<string> {
  const response = await fetch(`/sign?nonce=${encodeURIComponent(nonce)}`);
  const { token } = await response.json();
  return token;
}

function write(sdk: Sdk.Foundation): void {
  const field = element('text');
  if (!(field instanceof HTMLInputElement) || field.value.trim() === '') return;
  const message = new COMAPI.MessageBuilder().withText(field.value.trim());
  field.value = '';
  sdk.services.appMessaging
    .sendMessageToConversation(CONVERSATION, message)
    .catch((error: unknown) => say(`It was not sent: ${String(error)}`));
}

/** Shows a message once, and says that it was read where it is somebody else's. */
function show(sdk: Sdk.Foundation, { id = '', parts = [], context }: Sdk.IConversationMessage): void {
  if (shown.has(id)) return;
  shown.add(id);
  const isMine = context?.from?.id === sdk.session?.profileId;
  const item = document.createElement('li');
  item.className = isMine ? 'mine' : '';
  item.textContent = parts.map(({ data }) => data).join('\n');
  element('messages').append(item);
  item.scrollIntoView({ block: 'nearest' });
  if (isMine) return;
  const read = new COMAPI.MessageStatusBuilder().readStatusUpdates([id]);
  sdk.services.appMessaging
    .sendMessageStatusUpdates(CONVERSATION, [read])
    .catch((error: unknown) => say(`It is not marked as read: ${String(error)}`));
}

function say(words: string): void {
  element('state').textContent = words;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}
