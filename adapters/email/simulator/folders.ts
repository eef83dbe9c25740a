/** A mail as it lies in a folder. */
export interface FiledMail {
  readonly uid: number;
  readonly raw: Buffer;
  readonly arrivedOn: Date;
}

export interface Folder {
  readonly name: string;
  /** RFC 3501 2.3.1.1: the UIDs mean the same for as long as this is the same. */
  readonly uidValidity: number;
  readonly mails: readonly FiledMail[];
  readonly uidNext: number;
}

/** The folders of one mailbox. */
export interface Folders {
  readonly names: readonly string[];
  find(name: string): Folder | undefined;
  /** Gives the UID of the mail. */
  file(name: string, raw: Buffer, arrivedOn?: Date): number;
  /** Calls back whenever a mail is filed, until the function that it gives is called. */
  watch(onFiled: (folder: Folder) => void): () => void;
}

export function createFolders(names: readonly string[]): Folders {
  const uidValidity = Math.floor(Date.now() / 1_000);
  const watchers = new Set<(folder: Folder) => void>();
  const byName = new Map<string, FiledMail[]>(names.map((name) => [name, []]));
  const find = (name: string): Folder | undefined => {
    // RFC 3501 5.1: INBOX is written in any case.
    const own = /^inbox$/i.test(name) ? 'INBOX' : name;
    const mails = byName.get(own);
    return mails && { name: own, uidValidity, mails, uidNext: mails.length + 1 };
  };
  return {
    names,
    find,
    file(name, raw, arrivedOn = new Date()) {
      const folder = find(name);
      if (!folder) throw new Error(`there is no folder ${name}`);
      byName.get(folder.name)?.push({ uid: folder.uidNext, raw, arrivedOn });
      for (const watcher of watchers) watcher({ ...folder, uidNext: folder.uidNext + 1 });
      return folder.uidNext;
    },
    watch(onFiled) {
      watchers.add(onFiled);
      return () => void watchers.delete(onFiled);
    },
  };
}
