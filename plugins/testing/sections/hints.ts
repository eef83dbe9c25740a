import assert from 'node:assert/strict';
import { failure, type Kit, sending, text } from '../kit';

/** What customers see of us beside messages; nobody waits for it, and nothing hangs on it. */
export function hintsSection(kit: Kit): void {
  const detail = { from: { id: 'ann', name: 'Ann' }, answers: 'm1' };

  if (kit.supports.has('typing'))
    kit.check(
      'hints: showing that somebody types sends nothing',
      '`typing` shows it, takes it back where that can be, and never makes a message of it.',
      async () => {
        const { customer } = kit.driver;
        await kit.channel.typing?.(customer, true, detail);
        await kit.channel.typing?.(customer, false, detail);
        await kit.channel.typing?.(customer, true);
        assert.deepEqual(kit.driver.accepted(), []);
        await kit.channel.send(text(kit, 'here it is'), sending());
        assert.equal(kit.driver.accepted().length, 1);
      },
    );

  if (kit.supports.has('markRead'))
    kit.check(
      'hints: showing that something was read sends nothing',
      '`markRead` marks the one message that it is given, and sends nothing.',
      async () => {
        const before = kit.driver.requests();
        await kit.channel.markRead?.(kit.driver.customer, 'm1');
        assert.ok(kit.driver.requests() > before, 'the provider was not asked');
        assert.deepEqual(kit.driver.accepted(), []);
      },
    );

  if (kit.supports.has('markRead'))
    kit.check(
      'hints: a refused hint is an error of the contract',
      'Throw ChannelError from `typing` and `markRead` too: the host notes it and goes on.',
      async () => {
        await kit.driver.fail('busy');
        const { kind } = await failure(() => kit.channel.markRead?.(kit.driver.customer, 'm1'));
        assert.equal(kind, 'unavailable');
      },
    );
}
