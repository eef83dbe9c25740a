import type { Inbox } from '../../plugins/contract/index';
import { type FakeChannel, fakeChannel } from './fake-channel';

/** A mailbox that several gateways of this process can listen to, and that knows who does. */
export interface ListeningChannel {
  /** What one gateway is started with; each call is another adapter to the same mailboxes. */
  definitionFor(node: string): FakeChannel['definition'];
  readonly fake: FakeChannel;
  /** Who listens to which mailbox now, as `node mailbox`. */
  listeners(): readonly string[];
  /** The mailboxes that two listened to at the same time, ever. */
  doubled(): readonly string[];
  /** Who listened to which mailbox from which place on, in order. */
  begun(): readonly string[];
  /** A letter arrives; resolves when a gateway has stored it and the place after it. */
  arrive(mailbox: string, text: string): Promise<void>;
}

interface Ear {
  readonly node: string;
  readonly mailbox: string;
  readonly inbox: Inbox;
}

/** Makes one. A letter that comes while nobody listens, or whose taking fails, waits for the next listener. */
export function listeningChannel(): ListeningChannel {
  const fake = fakeChannel({ id: 'mailbox' });
  const ears = new Set<Ear>();
  const doubled = new Set<string>();
  const begun: string[] = [];
  let letters = 0;
  const listen = (node: string, mailbox: string) => async (inbox: Inbox, signal: AbortSignal) => {
    const ear = { node, mailbox, inbox };
    if ([...ears].some((other) => other.mailbox === mailbox)) doubled.add(mailbox);
    ears.add(ear);
    begun.push(`${node} ${mailbox} ${inbox.cursor ?? 'start'}`);
    inbox.ready();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    ears.delete(ear);
  };
  return {
    fake,
    definitionFor: (node) => ({
      ...fake.definition,
      create: (config, host) => ({
        ...fake.definition.create(config, host),
        listen: listen(node, config.name),
      }),
    }),
    listeners: () => [...ears].map(({ node, mailbox }) => `${node} ${mailbox}`),
    doubled: () => [...doubled],
    begun: () => begun,
    async arrive(mailbox, text) {
      letters += 1;
      const message = {
        ...{ externalId: `letter-${letters}`, address: { own: mailbox, party: 'zoe' } },
        ...{ sender: {}, text, media: [] },
      };
      for (;;) {
        const ear = [...ears].find((one) => one.mailbox === mailbox);
        const taken = await ear?.inbox.accept([{ type: 'message', message }], String(letters)).then(
          () => true,
          () => false,
        );
        if (taken) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
