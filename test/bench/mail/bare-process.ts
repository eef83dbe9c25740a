import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { answerQuestions } from '../helper';

/** A mailbox that is read by imapflow and mailparser alone: what this machine can do at all. */
export interface BareQuestion {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface BareAnswer {
  readonly mails: number;
  readonly ms: number;
  readonly cpuMs: number;
}

answerQuestions<BareQuestion, BareAnswer>(async ({ port, user, password }) => {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const client = new ImapFlow({
    ...{ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, logger: false as const },
    auth: { user, pass: password },
  });
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  let mails = 0;
  for await (const { source } of client.fetch('1:*', { uid: true, source: true })) {
    if (!source) continue;
    await simpleParser(source);
    mails += 1;
  }
  const ms = performance.now() - startedAt;
  const { user: inUser, system } = process.cpuUsage(cpu);
  await client.logout();
  return { mails, ms, cpuMs: (inUser + system) / 1_000 };
});
