import type { Job, Outcome } from './job';
import { familyCpuMs, usageOf } from './usage';

/** Keeps the time of one job: what lies between `start` and `end` is measured, all of it is counted. */
export class Stopwatch {
  private readonly job: Pick<Job, 'pid' | 'databasePid'>;
  private readonly waits: number[] = [];
  private readonly failures: Record<string, number> = {};
  private acknowledged = 0;
  private state: 'warming up' | 'measuring' | 'over' = 'warming up';
  private from = 0;
  private to = 0;
  private cpuMs = 0;
  private databaseCpuMs = 0;
  private rssBytes = 0;

  constructor(job: Pick<Job, 'pid' | 'databasePid'>) {
    this.job = job;
  }

  start(): void {
    this.state = 'measuring';
    this.cpuMs = usageOf(this.job.pid).cpuMs;
    this.databaseCpuMs = this.databaseCpu();
    this.from = performance.now();
  }

  end(): void {
    if (this.state !== 'measuring') return;
    this.state = 'over';
    this.to = performance.now();
    const usage = usageOf(this.job.pid);
    this.cpuMs = usage.cpuMs - this.cpuMs;
    this.databaseCpuMs = this.databaseCpu() - this.databaseCpuMs;
    this.rssBytes = usage.rssBytes;
  }

  get isOver(): boolean {
    return this.state === 'over';
  }

  /** One request was answered. */
  note(status: number, waitMs: number): void {
    if (status >= 200 && status < 300) this.acknowledged += 1;
    else this.failures[status] = (this.failures[status] ?? 0) + 1;
    if (this.state === 'measuring') this.waits.push(waitMs);
  }

  outcome(bodyBytes: number): Outcome {
    if (this.waits.length === 0) throw new Error('nothing was answered in the time that was measured');
    const waits = Float64Array.from(this.waits).sort();
    const at = (share: number) => waits[Math.floor(waits.length * share)] ?? Number.NaN;
    return {
      acknowledged: this.acknowledged,
      failures: this.failures,
      perSecond: (waits.length * 1000) / (this.to - this.from),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      cpuMicros: (this.cpuMs * 1000) / waits.length,
      databaseCpuMicros: (this.databaseCpuMs * 1000) / waits.length,
      rssBytes: this.rssBytes,
      bodyBytes,
    };
  }

  private databaseCpu(): number {
    return this.job.databasePid === undefined ? 0 : familyCpuMs(this.job.databasePid);
  }
}
