import type { Log } from '../log';
import { closePage, keepPagesOpen, type PagesContext } from '../services/agent-pages';
import type { AgentConnection } from '../store/presence';
import type { Hub, OpenSocket } from './hub';

export interface AgentPagesOptions {
  readonly context: PagesContext & { readonly log: Log };
  readonly hub: Hub;
}

const EVERY_MS = 30_000;

/** Says which agents have a page open at this node, in the order in which they come and go. */
export class AgentPages {
  private readonly options: AgentPagesOptions;
  private last: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: AgentPagesOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => {
      const open = [...this.options.hub.all()].filter(({ owner }) => owner.isAgent);
      this.next(() => keepPagesOpen(this.options.context, open.map(pageOf)));
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.last;
  }

  opened(socket: OpenSocket): void {
    if (socket.owner.isAgent) this.next(() => keepPagesOpen(this.options.context, [pageOf(socket)]));
  }

  ended(socket: OpenSocket): void {
    if (socket.owner.isAgent) this.next(() => closePage(this.options.context, pageOf(socket)));
  }

  private next(work: () => Promise<void>): void {
    this.last = this.last.then(work).catch((error: unknown) => {
      // A page that is open is said to be so again; one that is closed ends by itself.
      this.options.context.log.warn({ error }, 'presence of an agent not noted');
    });
  }
}

function pageOf({ id, owner }: OpenSocket): AgentConnection {
  return { id, spaceId: owner.spaceId, agentId: owner.profileId };
}
