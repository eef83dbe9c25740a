import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A small disk of one's own, or why there is none. */
export function mountSmallDisk(
  megabytes: number,
): { readonly folder: string; unmount(): void } | { readonly whyNot: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    return { whyNot: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
  return {
    folder,
    unmount() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
