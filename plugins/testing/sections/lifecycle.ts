import assert from 'node:assert/strict';
import { failure, type Kit, sending, soon, text } from '../kit';
import { openedSince, openResources } from '../resources';
import { settles, until } from '../until';

/** How channels live side by side, and how they end. */
export function lifecycleSection(kit: Kit): void {
  kit.check(
    'lifecycle: two accounts share nothing',
    'Keep clients, tokens and sockets in the closure of `create`: closing one account must not touch another.',
    async () => {
      const other = kit.open(kit.driver.otherConfig);
      const own = kit.definition.identities(kit.driver.otherConfig)[0] ?? '';
      const to = { own, party: kit.driver.customer.party };
      await Promise.all([
        kit.channel.send(text(kit, 'from one'), sending()),
        other.send(text(kit, 'from the other', { to }), sending()),
      ]);
      await other.close();
      await kit.channel.send(text(kit, 'still here'), sending());
      assert.deepEqual(
        new Set(kit.driver.accepted().map((sent) => sent.text)),
        new Set(['from one', 'from the other', 'still here']),
      );
    },
  );

  kit.check(
    'lifecycle: closing twice is fine',
    '`close` is idempotent, and needs no connection.',
    async () => {
      await kit.channel.close();
      await kit.channel.close();
    },
  );

  kit.check(
    'lifecycle: nothing is left after closing',
    'End every socket, timer and listener in `close`: the process must be able to end.',
    async () => {
      const before = openResources();
      const channel = kit.open(kit.driver.config);
      await channel.check(soon());
      await channel.send(text(kit, 'hi'), sending());
      if (kit.supports.has('findSent'))
        await channel.findSent?.(
          { message: text(kit, 'hi'), idempotencyKey: 'msg_asked.0', since: new Date() },
          soon(),
        );
      await channel.close();
      await until(() => openedSince(before).length === 0, `still open: ${openedSince(before).join(', ')}`);
    },
  );

  kit.check(
    'lifecycle: closing ends what is under way',
    'A send that waits for an answer settles when the channel is closed, as unavailable and perhaps sent.',
    async () => {
      await kit.driver.fail('silent');
      const signal = new AbortController().signal;
      const sent = failure(() => kit.channel.send(text(kit, 'hi'), sending({ signal })));
      await until(() => kit.driver.pending() > 0, 'the request did not reach the provider');
      await kit.channel.close();
      const error = await settles(sent, 'it still waits');
      assert.equal(error.kind, 'unavailable');
      assert.equal(error.detail.maybeSent, true);
    },
  );

  kit.check(
    'lifecycle: a closed channel sends no more',
    'After `close` every call is refused at once, as unavailable and surely not sent.',
    async () => {
      await kit.channel.send(text(kit, 'before'), sending());
      await kit.channel.close();
      const error = await failure(() => kit.channel.send(text(kit, 'after'), sending()));
      assert.equal(error.kind, 'unavailable');
      assert.notEqual(error.detail.maybeSent, true);
      assert.equal(kit.driver.accepted().length, 1);
    },
  );
}
