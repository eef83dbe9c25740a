import path from 'node:path';
import Database from 'better-sqlite3';

/** Another gateway has this data folder. */
export class FolderTaken extends Error {
  override readonly name = 'FolderTaken';
}

/** Keeps a data folder for this process; the system frees it however the process ends. Gives a function that frees it. */
export function ownFolder(folder: string): () => void {
  // A lock of SQLite's own: unlike a file with a process id, it cannot be left behind.
  const lock = new Database(path.join(folder, 'parley.lock'), { timeout: 1_000 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new FolderTaken(
      `another gateway is running in ${folder}; stop it, or set PARLEY_DATA_DIR or DATABASE_URL`,
      { cause },
    );
  }
  return () => lock.close();
}
