import type { Api } from '../../support/api';
import { type Dovecot, startDovecot } from '../../support/dovecot';
import { startSmtp } from '../../support/mail-smtp';
import { type SpawnedGateway, spawnGateway } from '../../support/spawn-gateway';
import { aSpace } from '../../support/start-gateway';
import { must } from '../apps/app-world';
import type { Bench } from '../bench';
import { type Books, openBooks } from '../books';
import { GARBAGE_OPTIONS } from '../garbage';
import { profilerSettings } from '../profiler';
import type { LetterKind } from './letters';

/** A gateway in its own process, with a real IMAP server beside it. */
export interface MailWorld {
  readonly dovecot: Dovecot;
  readonly gateway: SpawnedGateway;
  readonly pid: number;
  readonly api: Api;
  readonly books: Books;
  /** Puts so many mails into a mailbox. */
  fill(address: string, kind: LetterKind, options: FillOptions): void;
  /** Gives the account of a mailbox. */
  connect(address: string): Promise<string>;
}

export interface FillOptions {
  readonly count: number;
  readonly from?: number;
  /** When they arrived: what arrived before its mailbox was connected is history. */
  readonly at?: Date;
}

/** Starts it on a new database. `isMeasured` lets its garbage be collected by signal, instead of being profiled. */
export async function startMailWorld(bench: Bench, { isMeasured = false } = {}): Promise<MailWorld> {
  const { belongings, options } = bench;
  const dovecot = await startDovecot();
  belongings.keep(() => dovecot.stop());
  const smtp = await startSmtp(dovecot.password);
  belongings.keep(() => smtp.stop());
  const database = await bench.openDatabase();
  const hooks = isMeasured ? { NODE_OPTIONS: GARBAGE_OPTIONS } : profilerSettings(options.profileDir);
  const settings = { PARLEY_ALLOW_PRIVATE_EGRESS: 'true', PARLEY_LOG_LEVEL: 'warn', ...hooks };
  const gateway = await spawnGateway({ database, settings });
  belongings.keep(() => gateway.kill('SIGTERM'));
  const api = await aSpace(gateway);
  await must(api, '/chat/config/teams', { id: 'sales', name: 'Sales', members: [] });
  const books = await openBooks(database);
  belongings.keep(() => books.close());
  const plain = { host: '127.0.0.1', allowPlain: true };
  return {
    ...{ dovecot, gateway, pid: gateway.process.pid ?? 0, api, books },
    fill(address, kind, { count, from = 0, at }) {
      for (let index = from; index < from + count; index += 1)
        dovecot.deliver(address, kind.write(index, address), at ? { at } : {});
    },
    async connect(address) {
      const imap = { ...plain, port: dovecot.port, password: dovecot.password };
      const settings = { address, imap, smtp: { ...plain, port: smtp.port } };
      const account = { kind: 'email', name: 'Support', teamId: 'sales', settings };
      return (await must(api, '/channels', account)).id;
    },
  };
}
