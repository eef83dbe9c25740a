import { fetched } from './fetch';
import type { FiledMail, Folder, Folders } from './folders';
import { type Command, textsOf } from './read-commands';
import { ofSet, search } from './search';

/** What a connection knows of itself. */
export interface Session {
  readonly folders: Folders;
  readonly isPassword: (password: string) => boolean;
  /** Messages that one FETCH may name. */
  readonly mostAtOnce: number | undefined;
  isLoggedIn: boolean;
  selected: string | undefined;
}

export interface Reply {
  /** Lines before the last one, without `* `. */
  readonly untagged?: readonly string[];
  /** `OK done`, `NO ...` or `BAD ...`. */
  readonly status: string;
}

type Handle = (session: Session, command: Command) => Reply;

const OK: Reply = { status: 'OK done' };
const NO_FOLDER: Reply = { status: 'NO [NONEXISTENT] there is no such folder' };
const BEFORE_LOGIN = new Set(['CAPABILITY', 'NOOP', 'LOGIN', 'LOGOUT']);

/** What this server can do, as it says so. */
export function capabilitiesOf({ mostAtOnce }: Pick<Session, 'mostAtOnce'>): string {
  const limit = mostAtOnce === undefined ? '' : ` MESSAGELIMIT=${mostAtOnce}`;
  return `CAPABILITY IMAP4rev1 IDLE${limit}`;
}

/** Answers a command; IDLE is the connection's own. */
export function answer(session: Session, command: Command): Reply {
  if (!session.isLoggedIn && !BEFORE_LOGIN.has(command.name)) return { status: 'BAD log in first' };
  return HANDLES[command.name]?.(session, command) ?? { status: `BAD ${command.name} is not known here` };
}

const HANDLES: Readonly<Record<string, Handle>> = {
  CAPABILITY: (session) => ({ untagged: [capabilitiesOf(session)], ...OK }),
  NOOP: () => OK,
  LOGOUT: () => ({ untagged: ['BYE see you'], ...OK }),
  LOGIN: login,
  LIST: list,
  STATUS: status,
  SELECT: select,
  EXAMINE: select,
  CLOSE: close,
  'UID FETCH': fetchByUid,
  'UID SEARCH': searchForUids,
  APPEND: append,
};

function login(session: Session, { words }: Command): Reply {
  if (!session.isPassword(String(words[1] ?? '')))
    return { status: 'NO [AUTHENTICATIONFAILED] wrong user name or password' };
  session.isLoggedIn = true;
  return { status: `OK [${capabilitiesOf(session)}] welcome` };
}

function list({ folders }: Session, { words }: Command): Reply {
  const pattern = String(words[1] ?? '');
  // RFC 3501 6.3.8: an empty name asks for the delimiter only.
  if (pattern === '') return { untagged: ['LIST (\\Noselect) "/" ""'], ...OK };
  const names = folders.names.filter((name) => /[*%]/.test(pattern) || name === pattern);
  const untagged = names.map((name) => {
    const use = name === 'Sent' ? ' \\Sent' : '';
    return `LIST (\\HasNoChildren${use}) "/" "${name}"`;
  });
  return { untagged, ...OK };
}

function status({ folders }: Session, { words: [name, wanted] }: Command): Reply {
  const folder = folders.find(String(name));
  if (!folder) return NO_FOLDER;
  const known: Readonly<Record<string, number>> = {
    MESSAGES: folder.mails.length,
    RECENT: 0,
    UNSEEN: 0,
    UIDNEXT: folder.uidNext,
    UIDVALIDITY: folder.uidValidity,
  };
  const items = textsOf(wanted).map((item) => item.toUpperCase());
  const shown = items.flatMap((item) => (item in known ? [`${item} ${known[item]}`] : []));
  return { untagged: [`STATUS "${folder.name}" (${shown.join(' ')})`], ...OK };
}

function select(session: Session, { name, words }: Command): Reply {
  const folder = session.folders.find(String(words[0]));
  session.selected = folder?.name;
  if (!folder) return NO_FOLDER;
  return {
    untagged: [
      'FLAGS (\\Seen)',
      `${folder.mails.length} EXISTS`,
      '0 RECENT',
      `OK [UIDVALIDITY ${folder.uidValidity}] as ever`,
      `OK [UIDNEXT ${folder.uidNext}] is next`,
    ],
    status: `OK [${name === 'EXAMINE' ? 'READ-ONLY' : 'READ-WRITE'}] open`,
  };
}

function close(session: Session): Reply {
  session.selected = undefined;
  return OK;
}

function fetchByUid(session: Session, { words: [set, wanted] }: Command): Reply {
  return inFolder(session, ({ mails }) => {
    const { shown, status } = within(session, ofSet(mails, String(set)));
    const lines = shown.map((mail) => {
      const data = fetched(mail, textsOf(wanted));
      return data && `${numberOf(mails, mail)} FETCH ${data}`;
    });
    if (lines.includes(undefined)) return { status: 'BAD something in it is not known here' };
    return { untagged: lines.filter((line) => line !== undefined), status };
  });
}

/** RFC 9738 3.1: beyond its limit a server goes from the last message down, and says how far it came. */
function within({ mostAtOnce }: Session, named: readonly FiledMail[]) {
  if (mostAtOnce === undefined || named.length <= mostAtOnce) return { shown: named, ...OK };
  const shown = named.slice(-mostAtOnce).toReversed();
  return { shown, status: `OK [MESSAGELIMIT ${mostAtOnce} ${shown.at(-1)?.uid}] these are not all` };
}

function numberOf(mails: readonly FiledMail[], mail: FiledMail): number {
  return mails.indexOf(mail) + 1;
}

function searchForUids(session: Session, { words }: Command): Reply {
  return inFolder(session, ({ mails }) => {
    const found = search(mails, words);
    if (!found) return { status: 'BAD something in it is not known here' };
    return { untagged: [['SEARCH', ...found.map(({ uid }) => uid)].join(' ')], ...OK };
  });
}

function inFolder({ folders, selected }: Session, work: (folder: Folder) => Reply): Reply {
  const folder = selected === undefined ? undefined : folders.find(selected);
  return folder ? work(folder) : { status: 'BAD select a folder first' };
}

// Between the folder and the mail may be flags and a date, which are not kept.
function append({ folders }: Session, { words }: Command): Reply {
  const [name, mail] = [words[0], words.at(-1)];
  if (!folders.find(String(name))) return { status: 'NO [TRYCREATE] there is no such folder' };
  folders.file(String(name), Buffer.from(String(mail), 'latin1'));
  return OK;
}
