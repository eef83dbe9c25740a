import { randomUUID } from 'node:crypto';
import { type Dovecot, hasDovecot, startDovecot } from '../../support/dovecot';
import { type MailShop, openMailShop, startMailGateway } from '../../support/mail-shop';
import type { TestGateway } from '../../support/start-gateway';
import { startTokenServer, type TokenServer } from '../../support/token-server';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';
// Tokens are renewed five minutes before their end: these are old after a second.
const A_SECOND = 301;
const AN_HOUR = 3_600;

(hasDovecot ? describe : describe.skip)('a mailbox that is opened by OAuth (Dovecot, XOAUTH2)', () => {
  let gateway: TestGateway;
  let dovecot: Dovecot;
  let tokens: TokenServer;
  const opened: { stop(): Promise<void> }[] = [];

  async function openShop(lastsSeconds: number): Promise<MailShop> {
    const address = `support-${randomUUID().slice(0, 8)}@shop.example`;
    tokens = await startTokenServer({ user: address, lastsSeconds });
    dovecot = await startDovecot({ introspectionUrl: tokens.introspectionUrl });
    const { tokenUrl, refreshToken } = tokens;
    const oauth = { tokenUrl, clientId: 'app', clientSecret: 'app-secret', refreshToken: refreshToken() };
    const shop = await openMailShop(gateway, dovecot, { address, login: { oauth } });
    shop.smtp.isGood = tokens.isGood;
    opened.push(shop, dovecot, tokens);
    return shop;
  }

  beforeAll(async () => {
    gateway = await startMailGateway();
  });
  afterAll(async () => {
    await gateway.stop();
    await Promise.all(opened.map((one) => one.stop()));
  });

  test('is read and answered with tokens that are renewed ahead of their end', async () => {
    const shop = await openShop(A_SECOND);
    shop.receive({ from: ADA, text: 'A question' });
    const chat = await shop.chatWith(ADA);
    await shop.answer(chat.id, 'An answer');
    expect((await shop.sentTo(ADA)).mail.text).toBe('An answer\n');
    const before = tokens.given.length;
    const [first = ''] = tokens.given;
    // Whoever connects again has a new token, although the old one is good still.
    await until(() => {
      shop.imap.drop();
      return tokens.given.length > before;
    });
    expect(tokens.isGood(first)).toBe(true);
    shop.receive({ from: ADA, text: 'Another one' });
    await shop.chatWith(ADA, 3);
  });

  test('goes on with a new token when the old one was taken back, and pauses without consent', async () => {
    const shop = await openShop(AN_HOUR);
    shop.receive({ from: ADA, text: 'A question' });
    const chat = await shop.chatWith(ADA);
    tokens.revokeAccess();
    shop.imap.drop();
    shop.receive({ from: ADA, text: 'Another one' });
    await shop.chatWith(ADA, 2);
    await shop.answer(chat.id, 'An answer');
    await shop.sentTo(ADA);
    expect((await shop.channel()).health.state).toBe('connected');

    tokens.revokeConsent();
    shop.imap.drop();
    const health = await until(async () => {
      const { health: now } = await shop.channel();
      return now.state === 'unauthorized' ? now : undefined;
    });
    expect(health.lastError).toMatchObject({ setting: 'imap.oauth.refreshToken' });
    expect(JSON.stringify(await shop.channel())).not.toMatch(/refresh-|access-|app-secret/);
  });
});
