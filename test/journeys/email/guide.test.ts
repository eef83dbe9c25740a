import { openSqlite, type TestDatabase } from '../../support/databases';
import { withDovecot } from '../../support/dovecot';
import { mailOf, startMailGateway } from '../../support/mail-shop';
import { type SmtpFake, startSmtp } from '../../support/mail-smtp';
import { atTerminal, endTalks, withGateway } from '../../support/parley';
import { aSpace, type TestGateway } from '../../support/start-gateway';

jest.setTimeout(120_000);
afterAll(endTalks);

const ADDRESS = 'help@shop.example';
const CUSTOMER = 'ada@customer.example';

withDovecot('connecting a mailbox', (dovecot) => {
  let gateway: TestGateway;
  let smtp: SmtpFake;
  beforeAll(async () => {
    gateway = await startMailGateway({ open: (): Promise<TestDatabase> => openSqlite() });
    smtp = await startSmtp(dovecot().password);
  });
  afterAll(async () => {
    await gateway?.stop();
    await smtp?.stop();
  });

  test('a person at a terminal is walked through it, until a mail has gone both ways', async () => {
    const api = await aSpace(gateway);
    await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' });
    await api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] });
    const wish = ['channel', 'connect', 'email', '--team', 'sales', '--agent', 'ann'];
    const talk = atTerminal(wish, withGateway(gateway));
    const answer = async (question: RegExp, line: string) => {
      await talk.sees(question);
      talk.type(line);
    };

    await talk.sees(/app password[\s\S]*Microsoft 365/);
    await answer(/Address: $/, ADDRESS);
    await answer(/Incoming mail[\s\S]*Server: $/, '127.0.0.1');
    await answer(/1\. Password[\s\S]*2\. OAuth 2[\s\S]*Which one.*: $/, '1');
    await answer(/Password.*: $/, 'of another mailbox');
    await answer(/Outgoing mail[\s\S]*Server: $/, '127.0.0.1');
    await answer(/further settings[\s\S]*yes or no\): $/, 'yes');
    const further: Record<string, string[]> = {
      Port: [String(dovecot().port), String(smtp.port)],
      'Without encryption': ['yes', 'yes'],
    };
    for (;;) {
      const [, setting] = await talk.sees(/\n(.+?) \([^()]*Enter leaves it out\): $|But it does not work/);
      if (setting === undefined) break;
      talk.type(further[setting]?.shift() ?? '');
    }
    await answer(/refused the user name or the password[\s\S]*Password.*: $/, dovecot().password);
    await answer(/The settings work[\s\S]*starts no chat[\s\S]*Press Enter when that is done: $/, '');
    await talk.sees(/Now try it\. Write a mail/);
    dovecot().deliver(ADDRESS, mailOf({ from: CUSTOMER, text: 'is this on?' }, ADDRESS).raw);
    await talk.sees(/It has arrived[\s\S]*a message has gone both ways/);

    expect((await talk.ended).code).toBe(0);
    expect(smtp.taken.map(({ to, mail }) => [to, mail.text?.trim()])).toEqual([
      [[CUSTOMER], expect.stringMatching(/the channel is connected/)],
    ]);
    expect(talk.shown()).not.toContain(dovecot().password);
  });
});
