import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { until } from '../support/until';

/** Settings that let a gateway be profiled by signals; none without a folder to write to. */
export function profilerSettings(profileDir: string | undefined): Readonly<Record<string, string>> {
  if (profileDir === undefined) return {};
  mkdirSync(profileDir, { recursive: true });
  return {
    NODE_OPTIONS: `--require ${path.resolve(__dirname, 'profiler-hook.cjs')}`,
    BENCH_PROFILE_DIR: profileDir,
  };
}

export interface Profiling {
  readonly profileDir: string | undefined;
  readonly pid: number;
  readonly name: string;
}

/** Runs something while the gateway is profiled; leaves a file with its name in the folder, if there is one. */
export async function profiled<T>(run: () => Promise<T>, { profileDir, pid, name }: Profiling): Promise<T> {
  if (profileDir === undefined) return run();
  process.kill(pid, 'SIGUSR2');
  const result = await run();
  process.kill(pid, 'SIGUSR2');
  const written = path.join(profileDir, `${pid}.cpuprofile`);
  await until(() => existsSync(written));
  const file = name.replace(/\W+/g, '-').toLowerCase();
  renameSync(written, path.join(profileDir, `${file}.cpuprofile`));
  return result;
}
