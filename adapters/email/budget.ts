import { ChannelError } from '../../plugins/contract/index';

/** Gives back what was taken. */
export type Release = () => void;

interface Waiting {
  readonly bytes: number;
  readonly grant: (release: Release) => void;
}

/** Memory that is shared: whoever comes first has it first, and nobody has more than there is. */
export class Budget {
  private readonly most: number;
  private free: number;
  private readonly waiting: Waiting[] = [];

  constructor(mostBytes: number) {
    this.most = mostBytes;
    this.free = mostBytes;
  }

  /** At once or not at all. */
  tryTake(bytes: number): Release | undefined {
    const size = Math.min(bytes, this.most);
    return this.waiting.length === 0 && size <= this.free ? this.grant(size) : undefined;
  }

  /** As soon as there is so much; rejects when it is not wanted any more. */
  take(bytes: number, signal: AbortSignal): Promise<Release> {
    const now = this.tryTake(bytes);
    if (now) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(one), 1);
        reject(new ChannelError('unavailable', 'it was given up'));
        this.serve();
      };
      const one: Waiting = {
        bytes: Math.min(bytes, this.most),
        grant(release) {
          signal.removeEventListener('abort', giveUp);
          resolve(release);
        },
      };
      this.waiting.push(one);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  private grant(size: number): Release {
    this.free -= size;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.free += size;
      this.serve();
    };
  }

  private serve(): void {
    for (let [next] = this.waiting; next && next.bytes <= this.free; [next] = this.waiting) {
      this.waiting.shift();
      next.grant(this.grant(next.bytes));
    }
  }
}
