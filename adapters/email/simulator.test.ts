import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { type MailSimulator, startMailSimulator } from './simulator';

let mailbox: MailSimulator;
const clients: ImapFlow[] = [];

beforeEach(async () => {
  mailbox = await startMailSimulator();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mailbox.stop();
});

const login = () => ({ user: mailbox.config.address, pass: mailbox.config.imap.password ?? '' });

async function connect(auth = login()): Promise<ImapFlow> {
  const { host, port = 0 } = mailbox.config.imap;
  const client = new ImapFlow({ host, port, secure: false, auth, logger: false, disableAutoIdle: true });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

const submit = (text: string) => {
  const { host, port } = mailbox.config.smtp;
  const transport = createTransport({ host, port, ignoreTLS: true, auth: login() });
  return transport.sendMail({
    ...{ from: mailbox.config.address, to: 'ben@customer.example', subject: 'Re: Hello', text },
    messageId: '<answer-1@shop.example>',
  });
};

test('a mail that a customer writes is in the mailbox, byte for byte, also beyond ASCII and in quotes', async () => {
  const text = 'Do you have it in "blue"?\n(I mean \\ the jacket {12})\nTschüß 👋';
  const messageId = await mailbox.receive({ from: 'ben@customer.example', subject: 'Hello', text });
  const client = await connect();
  expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 1 });
  await client.mailboxOpen('INBOX', { readOnly: true });
  const mail = await client.fetchOne('1', { uid: true, size: true, source: true }, { uid: true });
  if (!mail) throw new Error('the mail is not there');
  expect(mail.size).toBe(mail.source?.byteLength);
  expect(mail.source?.toString('utf8')).toContain(`Message-ID: <${messageId}>`);
});

test('whoever idles hears of a mail when it comes', async () => {
  const client = await connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  const exists = new Promise((resolve) => client.once('exists', resolve));
  const idling = client.idle();
  await mailbox.receive({ from: 'ben@customer.example', subject: 'Hello', text: 'Hi' });
  expect(await exists).toMatchObject({ count: 1 });
  await client.noop();
  await idling;
});

test('what is submitted is sent once and filed, and can be found by its id', async () => {
  await submit('From Friday.');
  expect(mailbox.sent()).toMatchObject([{ to: 'ben@customer.example', text: 'From Friday.' }]);
  const client = await connect();
  expect((await client.list()).map(({ path, specialUse }) => [path, specialUse])).toContainEqual([
    'Sent',
    '\\Sent',
  ]);
  await client.mailboxOpen('Sent', { readOnly: true });
  const byId = (id: string) => client.search({ header: { 'message-id': id } }, { uid: true });
  expect(await byId('<answer-1@shop.example>')).toEqual([1]);
  expect(await byId('<answer-2@shop.example>')).toEqual([]);
  const yesterday = new Date(Date.now() - 86_400_000);
  expect(await client.search({ since: yesterday, to: 'ben@customer.example' }, { uid: true })).toEqual([1]);
  expect(await client.search({ since: yesterday, to: 'eve@customer.example' }, { uid: true })).toEqual([]);
});

test('a mail that a client appends is in the folder', async () => {
  const client = await connect();
  await client.append('Sent', 'Subject: Filed "by" hand\r\n\r\nGrüße\r\n', ['\\Seen']);
  await client.mailboxOpen('Sent', { readOnly: true });
  const mail = await client.fetchOne('1', { source: true }, { uid: true });
  if (!mail) throw new Error('the mail is not there');
  expect(mail.source?.toString('utf8')).toBe('Subject: Filed "by" hand\r\n\r\nGrüße\r\n');
});

test('a wrong password is refused at both servers, and connections that were there end', async () => {
  const client = await connect();
  const gone = new Promise((resolve) => client.once('close', resolve));
  mailbox.fail('bad_credentials');
  await gone;
  await expect(connect()).rejects.toMatchObject({ authenticationFailed: true });
  await expect(submit('Hello')).rejects.toMatchObject({ responseCode: 535 });
  mailbox.clear();
  await connect();
  await submit('Hello');
  expect(mailbox.sent()).toHaveLength(1);
});

test('a busy server refuses as often as it was told to', async () => {
  mailbox.fail('rate_limited', 2);
  for (const _ of [1, 2]) await expect(submit('Hello')).rejects.toMatchObject({ responseCode: 450 });
  await submit('Hello');
  expect(mailbox.sent()).toHaveLength(1);
});

test('what it does not know it refuses, and goes on', async () => {
  const client = await connect();
  await client.mailboxOpen('INBOX');
  await expect(client.mailboxOpen('Attic')).rejects.toMatchObject({ mailboxMissing: true });
  await client.mailboxOpen('INBOX');
  expect(await client.search({ body: 'blue' }, { uid: true })).toBe(false);
  expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 0 });
});
