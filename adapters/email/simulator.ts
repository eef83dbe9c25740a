import { randomUUID } from 'node:crypto';
import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailConfig } from './config';
import { createMailFaults, type MailFault } from './simulator/faults';
import { createFolders } from './simulator/folders';
import { startImap } from './simulator/imap';
import { startSmtp } from './simulator/smtp';

/** A mail that a customer writes. */
export interface Letter {
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  /** The Message-ID that it answers, without brackets. */
  readonly inReplyTo?: string;
}

/** A mail that the mailbox sent. */
export interface SentMail {
  /** Without brackets. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: Date;
}

/** One mailbox on loopback: real IMAP and SMTP, in memory. */
export interface MailSimulator {
  /** As a channel account takes them; they need private addresses to be allowed. */
  readonly config: EmailConfig;
  /** A customer's mail arrives; gives its Message-ID. */
  receive(letter: Letter): Promise<string>;
  /** What was taken for sending, oldest first. */
  sent(): readonly SentMail[];
  fail(fault: MailFault, times?: number): void;
  /** Ends all faults. */
  clear(): void;
  stop(): Promise<void>;
}

export interface MailSimulatorOptions {
  readonly address?: string;
  readonly senderName?: string;
  /** Messages that one FETCH may name (RFC 9738); any number where it is absent. */
  readonly mostAtOnce?: number;
}

/** Starts a mailbox of one's own. */
export async function startMailSimulator({
  address = 'shop@shop.example',
  senderName,
  mostAtOnce,
}: MailSimulatorOptions = {}): Promise<MailSimulator> {
  const password = randomUUID();
  const faults = createMailFaults();
  const folders = createFolders(['INBOX', 'Sent']);
  const sent: SentMail[] = [];
  const isPassword = (given: string) => given === password && !faults.has('bad_credentials');
  const imap = await startImap({ folders, isPassword, mostAtOnce });
  const smtp = await startSmtp({
    ...{ faults, isPassword },
    async onTaken(raw) {
      folders.file('Sent', raw);
      sent.push(await read(raw));
    },
  });
  return {
    config: configOf({ address, senderName, password, imapPort: imap.port, smtpPort: smtp.port }),
    async receive({ inReplyTo, ...letter }) {
      const messageId = `${randomUUID()}@customer.example`;
      const thread =
        inReplyTo === undefined ? {} : { inReplyTo: `<${inReplyTo}>`, references: `<${inReplyTo}>` };
      const composer = new MailComposer({ ...letter, ...thread, to: address, messageId: `<${messageId}>` });
      folders.file('INBOX', await composer.compile().build());
      return messageId;
    },
    sent: () => sent,
    fail(fault, times = Number.POSITIVE_INFINITY) {
      faults.add(fault, times);
      if (fault === 'bad_credentials') imap.drop();
    },
    clear: () => faults.clear(),
    async stop() {
      await Promise.all([imap.stop(), smtp.stop()]);
    },
  };
}

interface Mailbox {
  readonly address: string;
  readonly senderName: string | undefined;
  readonly password: string;
  readonly imapPort: number;
  readonly smtpPort: number;
}

function configOf({ address, senderName, password, imapPort, smtpPort }: Mailbox): EmailConfig {
  return {
    address,
    ...(senderName === undefined ? {} : { senderName }),
    imap: { host: '127.0.0.1', port: imapPort, allowPlain: true, password, sentFolder: 'Sent' },
    smtp: { host: '127.0.0.1', port: smtpPort, allowPlain: true },
  };
}

async function read(raw: Buffer): Promise<SentMail> {
  const { messageId = '', from, to, subject = '', text = '', date } = await simpleParser(raw);
  const [first] = [to].flat();
  return {
    messageId: messageId.replace(/^<|>$/g, ''),
    from: from?.text ?? '',
    to: first?.value[0]?.address ?? '',
    subject,
    text: text.trim(),
    at: date ?? new Date(),
  };
}
