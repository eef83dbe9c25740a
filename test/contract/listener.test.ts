import { collectingRunner, describeChannel, type Outcome } from '../../plugins/testing/index';
import { type Flaw, toyMailbox } from './toy-mailbox';
import { startToyMailbox } from './toy-mailbox-server';

describeChannel({ definition: toyMailbox(), start: startToyMailbox, supports: ['listen'] });

describe('the kit notices a listener that', () => {
  async function run(only: string, flaw?: Flaw): Promise<readonly Outcome[]> {
    const runner = collectingRunner();
    describeChannel({ definition: toyMailbox(flaw), start: startToyMailbox, supports: ['listen'], runner });
    return runner.run({ only, timeoutMs: 8_000 });
  }

  test.each<[Flaw, string]>([
    ['forgets the cursor', 'listener: cut connections lose nothing and double nothing'],
    ['hands over large files', 'listener: what comes along with a message is small'],
    ['goes on after a failure', 'listener: what could not be stored comes again'],
    ['hangs on', 'listener: it stops when it is told to'],
    ['retries a password', 'listener: wrong credentials end it'],
    ['swallows cuts', 'listener: a provider that hangs up is unavailable'],
  ])('%s', async (flaw, check) => {
    expect(await run(check)).toMatchObject([{ state: 'passed' }]);
    expect(await run(check, flaw)).toMatchObject([{ state: 'failed' }]);
  });
});
