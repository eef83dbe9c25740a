import { dueLanes } from '../store/outbox';
import { StoreUnavailable } from '../store/store';
import type { OutboundContext } from './context';
import type { Lanes } from './lanes';
import { lookUpUnknown } from './look-up';
import { takeOver } from './take-over';

const EVERY_MS = 500;
const LANES_AT_ONCE = 256;

/** Finds in the database what nobody told this node of: lanes of other nodes, waits that are over, claims of the dead. */
export class Relay {
  private readonly context: OutboundContext;
  private readonly lanes: Lanes;
  private readonly isAlone: boolean;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private isStopped = false;

  /** `isAlone`: no other process has this database, so every claim found at the start is a dead one. */
  constructor(context: OutboundContext, lanes: Lanes, isAlone: boolean) {
    this.context = context;
    this.lanes = lanes;
    this.isAlone = isAlone;
  }

  async start(): Promise<void> {
    await takeOver(this.context, { ofAll: this.isAlone });
    this.schedule();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.round = this.once().finally(() => {
        if (!this.isStopped) this.schedule();
      });
    }, EVERY_MS).unref();
  }

  private async once(): Promise<void> {
    const { store, now, log } = this.context;
    try {
      await takeOver(this.context, { ofAll: false });
      for (const row of await lookUpUnknown(this.context)) this.lanes.look(row);
      const due = await store.read((tx) => dueLanes(tx, now(), LANES_AT_ONCE));
      for (const lane of due) this.lanes.look(lane);
    } catch (error) {
      log[error instanceof StoreUnavailable ? 'warn' : 'error']({ error }, 'relay round failed');
    }
  }
}
