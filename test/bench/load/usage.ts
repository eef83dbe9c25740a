import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface Usage {
  /** All threads, in user and kernel mode. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

const MS_PER_TICK = 10; // Linux, USER_HZ
const BYTES_PER_PAGE = 4096;

/** Of one process. */
export function usageOf(pid: number): Usage {
  const field = statOf(pid);
  return { cpuMs: (field(14) + field(15)) * MS_PER_TICK, rssBytes: field(24) * BYTES_PER_PAGE };
}

/** Processor time of a server that has a process for each connection: its own, that of its children, and of those that ended. */
export function familyCpuMs(pid: number): number {
  const ended = statOf(pid);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const living = children.reduce((sum, child) => sum + cpuMsIfAlive(Number(child)), 0);
  return usageOf(pid).cpuMs + (ended(16) + ended(17)) * MS_PER_TICK + living;
}

// A worker of the server may end just when the list of its processes has been read.
function cpuMsIfAlive(pid: number): number {
  try {
    return usageOf(pid).cpuMs;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

// While a process is being read, its end is ESRCH instead.
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}

/** The fields of /proc/PID/stat by their numbers in proc(5), counted behind the name, which may hold anything. */
function statOf(pid: number): (number: number) => number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (number) => Number(fields[number - 3]);
}

export function parentOf(pid: number): number {
  return statOf(pid)(4);
}

/** The most memory that a process ever had. */
export function peakRssOf(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}
