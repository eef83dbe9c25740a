import type { EmailConfig } from '../../adapters/email/config';
import type { Accepted, Fault, ProviderDriver } from '../../plugins/testing/index';
import type { Dovecot } from '../support/dovecot';
import { type ImapProxy, startImapProxy, type Verdict } from '../support/mail-imap-proxy';
import { type SmtpFake, type SmtpFault, startSmtp, type TakenMail } from '../support/mail-smtp';

const CUSTOMER = 'ann@customer.example';
const OTHER_CUSTOMER = 'bob@customer.example';
let mailboxes = 0;

/** A real IMAP server and a real SMTP server, as the contract kit drives them. */
export async function startEmailDriver(dovecot: Dovecot): Promise<ProviderDriver<EmailConfig>> {
  const imap = await startImapProxy(dovecot.port);
  const smtp = await startSmtp(dovecot.password);
  mailboxes += 1;
  const own = `support${mailboxes}@shop.example`;
  const other = `other${mailboxes}@shop.example`;
  const configOf = (address: string): EmailConfig => ({
    address,
    imap: {
      host: '127.0.0.1',
      port: imap.port,
      allowPlain: true,
      password: dovecot.password,
      sentFolder: 'Sent',
    },
    smtp: { host: '127.0.0.1', port: smtp.port, allowPlain: true },
  });
  const sent: { readonly by: string; readonly accepted: Accepted }[] = [];
  // This server files what it sends, as the large ones do.
  smtp.onTaken = (mail) => {
    dovecot.deliver(mail.from || own, mail.raw, { folder: 'Sent' });
    sent.push({ by: mail.from, accepted: acceptedOf(mail) });
  };
  const stop = async () => {
    await Promise.all([imap.stop(), smtp.stop()]);
  };
  return {
    config: configOf(own),
    otherConfig: configOf(other),
    customer: { own, party: CUSTOMER },
    otherCustomer: { own, party: OTHER_CUSTOMER },
    spellings: [' Ann@Customer.Example ', '<ann@customer.example>', 'Ann <ann@CUSTOMER.example>'],
    says: {
      bad_credentials: { setting: 'imap.password' },
      no_such_customer: { reason: 'bad_address', providerCode: '5.1.1' },
      opted_out: { reason: 'blocked', providerCode: '5.7.1' },
      bad_content: { providerCode: '5.6.0' },
    },
    accepted: () => sent.map(({ accepted }) => accepted),
    requests: () =>
      smtp.transactions() + imap.commands.filter((one) => one === 'LOGIN' || one === 'AUTHENTICATE').length,
    pending: () => smtp.held() + imap.held(),
    fail: (fault) => arm({ imap, smtp, stop }, fault),
    stop,
    listener: {
      push({ id, text }) {
        dovecot.deliver(own, mailOf({ id, text, to: own }));
        return Promise.resolve();
      },
      drop() {
        imap.drop();
        return Promise.resolve();
      },
    },
  };
}

function mailOf({
  id,
  text,
  to,
}: {
  readonly id: string;
  readonly text: string;
  readonly to: string;
}): string {
  return `From: Ann <${CUSTOMER}>\nTo: ${to}\nSubject: Hello\nMessage-ID: <${encodeURIComponent(id)}@customer.example>\nDate: ${new Date().toUTCString()}\n\n${text}\n`;
}

function acceptedOf({ mail, to }: TakenMail): Accepted {
  return {
    externalId: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    to: to[0] ?? '',
    from: mail.from?.value[0]?.address,
    text: (mail.text ?? '').replace(/\n$/, ''),
    ...(mail.html ? { html: mail.html } : {}),
    ...(mail.subject === undefined ? {} : { subject: mail.subject }),
    media: mail.attachments.map(({ size }) => ({ bytes: size })),
  };
}

const SMTP: Readonly<Record<Exclude<Fault, 'refused'>, SmtpFault>> = {
  busy: { at: 'mail', code: 451, words: '4.3.2 the system is busy' },
  rate_limited: { at: 'mail', code: 450, words: '4.7.1 too many mails' },
  bad_credentials: { at: 'mail', code: 535, words: '5.7.8 authentication failed' },
  bad_content: { at: 'data', code: 554, words: '5.6.0 what is this' },
  no_such_customer: { at: 'rcpt', code: 550, words: '5.1.1 no such user here' },
  opted_out: { at: 'rcpt', code: 550, words: '5.7.1 this recipient takes no mail from you' },
  silent: { at: 'silent' },
  error_after_accept: { at: 'taken', raw: '421 4.3.0 closing down\r\n', closes: true },
  reset_after_accept: { at: 'taken', reset: true },
  nonsense: { at: 'taken', raw: 'well then\r\n' },
  // SMTP gives no ids; what comes nearest is an answer that breaks off.
  no_id: { at: 'taken', raw: '250-', closes: true },
};

const IMAP: Partial<Readonly<Record<Fault, Verdict>>> = {
  busy: { answer: 'NO [UNAVAILABLE] the system is busy' },
  rate_limited: { answer: 'NO [LIMIT] too many connections' },
  bad_credentials: { answer: 'NO [AUTHENTICATIONFAILED] no' },
  silent: 'hold',
};

interface Provider {
  readonly imap: ImapProxy;
  readonly smtp: SmtpFake;
  readonly stop: () => Promise<void>;
}

/** Whichever server is asked next has the fault, and then neither. */
async function arm({ imap, smtp, stop }: Provider, fault: Fault): Promise<void> {
  if (fault === 'refused') return stop();
  const armed = SMTP[fault];
  smtp.fault = armed;
  imap.judge = (command) => {
    if (command !== 'LOGIN' && command !== 'AUTHENTICATE') return 'pass';
    imap.judge = () => 'pass';
    if (smtp.fault !== armed) return 'pass';
    smtp.fault = undefined;
    return IMAP[fault] ?? 'pass';
  };
}
