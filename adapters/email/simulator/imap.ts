import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { answer, capabilitiesOf, type Session } from './commands';
import type { Folders } from './folders';
import { type Command, readCommands } from './read-commands';

export interface ImapServer {
  readonly port: number;
  /** Cuts all connections. */
  drop(): void;
  stop(): Promise<void>;
}

export interface ImapServerOptions {
  readonly folders: Folders;
  readonly isPassword: (password: string) => boolean;
  /** Messages that one FETCH may name; any number where it is absent. */
  readonly mostAtOnce?: number | undefined;
}

/** Starts an IMAP server for one mailbox, on loopback and without encryption. */
export async function startImap(options: ImapServerOptions): Promise<ImapServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const over = () => void sockets.delete(socket);
    socket.on('error', () => socket.destroy());
    serve(socket, options)
      .catch(() => socket.destroy())
      .finally(over);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    drop,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}

async function serve(socket: Socket, { folders, isPassword, mostAtOnce }: ImapServerOptions): Promise<void> {
  const session: Session = { folders, isPassword, mostAtOnce, isLoggedIn: false, selected: undefined };
  const say = (line: string) => void socket.write(`${line}\r\n`, 'latin1');
  // RFC 3501 7.3.1: a server may say at any time that a folder has grown.
  const unwatch = folders.watch(({ name, mails }) => {
    if (name === session.selected) say(`* ${mails.length} EXISTS`);
  });
  const reply = replyTo(session, say);
  say(`* OK [${capabilitiesOf(session)}] the pretend mail server`);
  try {
    for await (const command of readCommands(socket, () => say('+ go ahead'))) {
      reply(command);
      if (command.name === 'LOGOUT') break;
    }
    socket.end();
  } finally {
    unwatch();
  }
}

function replyTo(session: Session, say: (line: string) => void): (command: Command) => void {
  /** The tag of an IDLE that is not DONE yet. */
  let idling: string | undefined;
  return (command) => {
    const { tag, name } = command;
    if (idling !== undefined) {
      // RFC 2177: whatever comes ends it, and DONE is all that may.
      say(`${idling} OK done`);
      idling = undefined;
    } else if (name === 'IDLE' && session.selected !== undefined) {
      idling = tag;
      say('+ idling');
    } else {
      const { untagged = [], status } = answer(session, command);
      for (const line of untagged) say(`* ${line}`);
      say(`${tag} ${status}`);
    }
  };
}
