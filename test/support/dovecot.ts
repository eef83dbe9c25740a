import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './servers';

/** A real IMAP server (Dovecot) on loopback; any user has a mailbox, and all of them this password. */
export interface Dovecot {
  readonly port: number;
  readonly password: string;
  /** Puts a mail into a mailbox, as a delivery agent does. */
  deliver(user: string, raw: string | Buffer, options?: DeliverOptions): void;
  /** How many mails a folder has, whoever put them there. */
  count(user: string, folder?: string): number;
  /** The mailbox forgets its UIDs and gives new ones, as after a restore. */
  renumber(user: string): Promise<void>;
  /** At once, without a word to its clients. */
  crash(): Promise<void>;
  /** Again at the same port, with all that it had. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface DeliverOptions {
  readonly folder?: string;
  readonly at?: Date;
}

const BINARY = '/usr/sbin/dovecot';
const PASSWORD = 'mailbox-password-of-tests';
const NOBODY = 65_534;

/** Whether the tests that need it can run. */
export const hasDovecot = existsSync(BINARY);

/** Declares tests that need a real IMAP server; names what is left out where there is none. */
export function withDovecot(name: string, tests: (dovecot: () => Dovecot) => void): void {
  let running: Dovecot | undefined;
  const describeIt = hasDovecot ? describe : describe.skip;
  describeIt(name, () => {
    beforeAll(async () => {
      running = await startDovecot();
    });
    afterAll(() => running?.stop());
    tests(() => {
      if (!running) throw new Error('Dovecot is not started yet; use it inside of a test');
      return running;
    });
  });
}

export interface DovecotOptions {
  /** Where it asks whether an access token is good: then it takes these, and no passwords. */
  readonly introspectionUrl?: string;
}

export async function startDovecot({ introspectionUrl }: DovecotOptions = {}): Promise<Dovecot> {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-dovecot-'));
  const port = await freePort();
  for (const part of ['run', 'state', 'mail']) mkdirSync(path.join(dir, part));
  if (introspectionUrl !== undefined)
    writeFileSync(path.join(dir, 'oauth2.conf'), oauthConfigOf(introspectionUrl));
  writeFileSync(path.join(dir, 'dovecot.conf'), configOf(dir, port, introspectionUrl !== undefined));
  giveAway(dir);
  let child = await launch(dir, port);
  let delivered = 0;
  const folderOf = (user: string, folder = 'INBOX') =>
    path.join(dir, 'mail', user, folder === 'INBOX' ? '' : `.${folder}`);
  return {
    port,
    password: PASSWORD,
    deliver(user, raw, { folder, at } = {}) {
      const maildir = folderOf(user, folder);
      for (const part of ['cur', 'new', 'tmp']) makeFolder(path.join(maildir, part), dir);
      delivered += 1;
      // Dovecot numbers new mail in the order of these names.
      const name = `${String(1_700_000_000 + delivered)}.M${delivered}P${process.pid}.tests`;
      const file = path.join(maildir, 'tmp', name);
      writeFileSync(file, typeof raw === 'string' ? raw.replace(/\r?\n/g, '\r\n') : raw);
      if (at) utimesSync(file, at, at);
      own(file);
      renameSync(file, path.join(maildir, 'new', name));
    },
    count: (user, folder) =>
      ['cur', 'new'].reduce((sum, part) => sum + listOf(path.join(folderOf(user, folder), part)).length, 0),
    async renumber(user) {
      await end(child, 'SIGKILL');
      const maildir = folderOf(user);
      for (const name of listOf(maildir))
        if (/^dovecot/.test(name)) rmSync(path.join(maildir, name), { force: true, recursive: true });
      child = await launch(dir, port);
    },
    crash: () => end(child, 'SIGKILL'),
    async restart() {
      await end(child, 'SIGKILL');
      child = await launch(dir, port);
    },
    async stop() {
      await end(child, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function listOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function makeFolder(folder: string, root: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder), root);
  mkdirSync(folder);
  own(folder);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function own(file: string): void {
  if (isRoot()) chownSync(file, NOBODY, NOBODY);
}

function giveAway(dir: string): void {
  own(dir);
  for (const name of readdirSync(dir)) own(path.join(dir, name));
}

async function launch(dir: string, port: number): Promise<ChildProcess> {
  const drop = isRoot() ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  const [program = '', ...args] = [...drop, BINARY, '-F', '-c', path.join(dir, 'dovecot.conf')];
  rmSync(path.join(dir, 'run', 'master.pid'), { force: true });
  // A group of its own: its login and mail processes end with it.
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null)
      throw new Error(`Dovecot ended with code ${child.exitCode}; see ${dir}/dovecot.log`);
    if (await answers(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('Dovecot does not answer');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    process.kill(-child.pid, signal); // the group that was made above
  } catch {
    return; // it is gone already
  }
  await gone;
}

function oauthConfigOf(introspectionUrl: string): string {
  return `introspection_mode = get
introspection_url = ${introspectionUrl}
username_attribute = email
active_attribute = active
active_value = true
`;
}

function configOf(dir: string, port: number, hasOAuth: boolean): string {
  const user = isRoot() ? 'nobody' : (process.env['USER'] ?? 'nobody');
  const group = isRoot() ? 'nogroup' : user;
  const folders = ['Sent', 'Processed']
    .map((name) => `  mailbox ${name} {\n    auto = create\n  }`)
    .join('\n');
  return `
protocols = imap
listen = 127.0.0.1
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
first_valid_gid = 0
mail_uid = ${user}
mail_gid = ${group}
mail_location = maildir:${dir}/mail/%u
mail_fsync = never
mail_max_userip_connections = 1000
ssl = no
disable_plaintext_auth = no
auth_mechanisms = ${hasOAuth ? 'xoauth2 oauthbearer' : 'plain login'}
auth_failure_delay = 0
default_process_limit = 1000
default_client_limit = 5000
passdb {
${hasOAuth ? `  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${dir}/oauth2.conf` : `  driver = static\n  args = password=${PASSWORD}`}
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${dir}/mail/%u allow_all_users=yes
}
service anvil {
  chroot =
  client_limit = 5000
}
service auth {
  client_limit = 5000
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service imap {
  process_limit = 1000
}
protocol imap {
  imap_idle_notify_interval = 30 s
}
namespace inbox {
  inbox = yes
${folders}
}
`;
}
