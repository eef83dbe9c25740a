import type { Outgoing } from './outgoing';

/** What stays in this browser between pages; nothing does before the visitor has written. */
export interface Kept {
  /** The credential of this browser; with it one is the same visitor again. */
  readonly visitor?: string;
  readonly session?: KeptSession | undefined;
  /** What was written but not taken yet. */
  readonly unsent?: readonly Outgoing[];
  readonly hasAddress?: boolean;
  readonly hasSound?: boolean;
  readonly isOpen?: boolean;
}

export interface KeptSession {
  readonly token: string;
  readonly profileId: string;
  readonly isVerified: boolean;
  readonly expiresOn: string;
  /** Whom the site's token named. */
  readonly subject?: string | undefined;
}

export interface Keeper {
  read(): Kept;
  /** Only kept in this page until `begin`. */
  write(part: Partial<Kept>): void;
  /** The visitor has written: from now on it is kept in the browser. */
  begin(): void;
  clear(): void;
}

/** Keeps it in local storage, and in this page alone where the browser forbids that. */
export function keeperFor(accountId: string): Keeper {
  const key = `parley.${accountId}`;
  let here: Kept | undefined;
  const stored = (): Kept | undefined => {
    try {
      const text = localStorage.getItem(key);
      return text === null ? undefined : JSON.parse(text);
    } catch {
      return undefined; // forbidden, or not ours
    }
  };
  let isBegun = stored() !== undefined;
  const store = (kept: Kept) => {
    here = kept;
    if (!isBegun) return;
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // Forbidden or full: this page remembers.
    }
  };
  return {
    // What another tab keeps is ours as well.
    read: () => stored() ?? here ?? {},
    write(part) {
      isBegun ||= stored() !== undefined;
      store({ ...this.read(), ...part });
    },
    begin() {
      isBegun = true;
      store(this.read());
    },
    clear() {
      here = undefined;
      isBegun = false;
      try {
        localStorage.removeItem(key);
      } catch {
        // Forbidden: there is nothing.
      }
    },
  };
}
