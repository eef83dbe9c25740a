/** How far a mailbox was taken in. */
export interface Cursor {
  readonly uidValidity: string;
  readonly lastUid: number;
  /** What has this UID or a higher one arrived after the account was connected. */
  readonly liveFrom: number;
}

/** As it is stored; `folder` is part of it, since another folder is another mailbox. */
export function writeCursor(folder: string, cursor: Cursor): string {
  return JSON.stringify([folder, cursor.uidValidity, cursor.lastUid, cursor.liveFrom]);
}

export interface OpenMailbox {
  readonly folder: string;
  readonly uidValidity: string;
  readonly uidNext: number;
}

/**
 * Where to go on. In a mailbox that is not the one that the cursor is of (another folder, or RFC 3501 2.3.1.1: another
 * UIDVALIDITY), everything is looked at again; what is known is dropped by whoever stores it.
 */
export function goOnFrom(stored: string | undefined, mailbox: OpenMailbox): Cursor {
  const [folder, uidValidity, lastUid, liveFrom] = read(stored);
  if (folder === mailbox.folder && uidValidity === mailbox.uidValidity)
    return { uidValidity, lastUid: Number(lastUid), liveFrom: Number(liveFrom) };
  return { uidValidity: mailbox.uidValidity, lastUid: 0, liveFrom: mailbox.uidNext };
}

function read(stored: string | undefined): readonly unknown[] {
  const value: unknown = stored === undefined ? [] : JSON.parse(stored);
  return Array.isArray(value) ? value : [];
}
