import path from 'node:path';
import { startReceiver } from '../support/receiver';
import { freePort } from '../support/servers';
import { type Body, onOneGateway, type Shop } from '../support/shop';
import { describeWith } from '../support/tools';
import { until } from '../support/until';
import { readPage } from './blocks';
import { endGroup, openWorkplace, type Workplace } from './workplace';

const SECRET = 'a secret that is long enough';
const PRIVATE = { settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' } };
const first = readPage('core/events/docs/first-event.md');
const recover = readPage('core/events/docs/recover.md');
const box = {
  receiver: first.named('receiver.mjs'),
  steps: first.unnamed('sh'),
  printed: first.unnamed('text'),
  deadLetters: recover.named('dead-letters.sh'),
  replay: recover.named('replay.sh'),
  catchUp: recover.named('catch-up.mjs'),
  stream: recover.named('stream.sh'),
  ledger: recover.named('ledger.ts'),
};

describeWith(['curl', 'openssl'], 'the pages for those who receive events', () => {
  let place: Workplace;
  beforeEach(() => {
    place = openWorkplace();
  });
  afterEach(() => place.clear());

  onOneGateway(
    'on a gateway',
    (stage) => {
      const accessOf = ({ api }: Shop) => ({ API: api.origin + api.base, TOKEN: api.token });
      /** Makes some events of a kind that nothing else makes. */
      const makeTeams = async (shop: Shop, ...names: readonly string[]) => {
        for (const name of names) await shop.api.post('/chat/config/teams', { name });
      };
      const endpoint = async (shop: Shop) => {
        const receiver = await startReceiver(SECRET);
        const subscriptions = [{ type: 'team.create' }];
        const wish = { name: 'docs', url: receiver.url, secret: SECRET, subscriptions };
        const { id } = (await shop.api.post('/webhooks', wish)).body;
        const names = () => receiver.taken().map(({ payload }) => payload.name);
        return { receiver, names, id, env: { ...accessOf(shop), HOOK: id } };
      };

      test('the first event arrives, step by step', async () => {
        const shop = await stage.shop();
        place.save(box.receiver);
        const steps = box.steps.map(({ code }) => code);
        const port = await freePort();
        // Each step in turn, as somebody types them; the receiver needs a moment to listen.
        const listens = `until curl -s -o /dev/null http://localhost:${port}/; do sleep 0.1; done\n`;
        const [start = '', ...rest] = steps;
        place.write(
          'steps.sh',
          ['set -eu\n', start.replace('PORT=4000', `PORT=${port}`), listens, ...rest].join(''),
        );

        const typed = place.start(['sh', 'steps.sh'], accessOf(shop));
        await until(() => typed.output().includes('received team.create\n') || typed.process.exitCode);
        endGroup(typed.process);
        const { output, errors } = await typed.ended;

        expect(errors).toBe('');
        const promised = box.printed.flatMap(({ code }) => code.trim().split('\n'));
        expect(promised).toHaveLength(3);
        for (const line of promised) expect(output).toContain(line);
        expect(output).toContain('"type":"chatMessage.sent"'); // what there is to subscribe to
      });

      test('dead letters are found, and delivered once more', async () => {
        const shop = await stage.shop();
        const { receiver, names, env } = await endpoint(shop);
        receiver.behave({ status: 400 }, { when: ({ body }) => /North|South/.test(body) });
        await makeTeams(shop, 'North', 'East', 'South');
        await until(async () => {
          const path = `/webhooks/${env.HOOK}/deliveries?status=dead`;
          return (await shop.api.get(path)).body.length === 2;
        });
        expect(receiver.books().missing).toEqual([1, 3]);
        receiver.recover();
        place.save(box.deadLetters);

        expect(await place.run(['sh', '-eu', 'dead-letters.sh'], env)).toMatchObject({ code: 0, errors: '' });

        await until(() => names().length === 3);
        expect(names().toSorted()).toEqual(['East', 'North', 'South']);
        expect(receiver.problems()).toEqual([]);
        await receiver.stop();
      });

      test('a part of the log is delivered again', async () => {
        const shop = await stage.shop();
        const { receiver, names, env } = await endpoint(shop);
        await makeTeams(shop, 'North', 'East');
        await until(() => names().length === 2);
        place.save(box.replay);
        const all = (await shop.log('team.create')).map(({ payload }: Body) => payload.name);

        expect(await place.run(['sh', '-eu', 'replay.sh'], env)).toMatchObject({ code: 0, errors: '' });

        await until(() => names().length >= 2 + 2 * all.length);
        expect(names().slice(2).toSorted()).toEqual([...all, ...all].toSorted());
        expect(receiver.problems()).toEqual([]);
        expect(
          receiver
            .arrived()
            .slice(2)
            .every(({ headers }) => headers['x-parley-replay']),
        ).toBe(true);
        await receiver.stop();
      });

      test('the log is read in pages, from where one was', async () => {
        const shop = await stage.shop();
        await makeTeams(shop, 'North');
        await shop.logged('team.create', 3);
        place.save(box.catchUp);
        const catchUp = () => place.run([process.execPath, 'catch-up.mjs'], accessOf(shop));

        const everything = await catchUp();
        const before = (await shop.log()).map(({ seq, name }: Body) => `${seq} ${name}`);
        await makeTeams(shop, 'East', 'South');
        await shop.logged('team.create', 5);
        const more = await catchUp();
        const nothing = await catchUp();

        expect(everything).toEqual({ code: 0, output: `${before.join('\n')}\n`, errors: '' });
        const [east, south] = [before.length + 1, before.length + 2];
        expect(more.output).toBe(`${east} team.create\n${south} team.create\n`);
        expect(nothing).toEqual({ code: 0, output: '', errors: '' });
        const wrong = await place.run([process.execPath, 'catch-up.mjs'], {
          ...accessOf(shop),
          TOKEN: 'none',
        });
        expect(wrong.errors).toContain('the gateway answered 401');
      });

      test('the log is listened to, and goes on where it was cut off', async () => {
        const shop = await stage.shop();
        place.save(box.stream);
        const seqs = (output: string) => [...output.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
        const listen = (last: number) =>
          place.start(['sh', 'stream.sh'], { ...accessOf(shop), LAST_SEQ: String(last) });

        const whole = listen(0);
        await until(() => whole.output().includes('event: team.create'));
        await makeTeams(shop, 'North');
        await until(() => whole.output().includes('"name":"North"'));
        endGroup(whole.process);
        const heard = seqs(whole.output());
        const last = heard.at(-1) ?? 0;
        await makeTeams(shop, 'East');
        const rest = listen(last);
        await until(() => rest.output().includes('"name":"East"'));

        expect(heard).toEqual(Array.from({ length: last }, (_, index) => index + 1));
        expect(seqs(rest.output())).toEqual([last + 1]);
      });

      test('a receiver proves by numbers that it has everything', async () => {
        const shop = await stage.shop();
        const { receiver, names, id } = await endpoint(shop);
        receiver.behave({ status: 400 }, { when: ({ body }) => body.includes('East') });
        await makeTeams(shop, 'North', 'East', 'South');
        await until(() => names().length === 2 && receiver.arrived().length === 3);
        await shop.api.post(`/webhooks/${id}/test`, {});
        place.save(box.ledger);
        const taken = receiver.arrived().filter(({ status }) => status === 204);
        place.write('taken.json', JSON.stringify(taken.map(({ headers }) => headers)));
        place.write(
          'judge.ts',
          `import taken from './taken.json';
          import { Ledger } from './ledger';
          const missing = (all: object[], sequence: number) => {
            const ledger = new Ledger();
            for (const headers of all) ledger.take(headers as Record<string, string>);
            return ledger.missing({ sequence });
          };
          const batch = { 'x-parley-sequence': '3', 'x-parley-count': '3' };
          const fill = { 'x-parley-sequence': '2', 'x-parley-count': '1' };
          console.log(JSON.stringify([
            missing(taken, 3), missing(taken, 1), missing(taken, 5), missing([], 2),
            missing([...taken, batch], 6), missing([...taken, batch, fill], 5), missing([...taken, batch, fill, batch], 5),
          ]));`,
        );

        const { output, errors } = await place.run([process.execPath, '--import', 'tsx', 'judge.ts']);

        expect(errors).toBe('');
        expect(taken).toHaveLength(3); // the example as well
        const tsc = [path.resolve('node_modules/.bin/tsc'), '--noEmit', '--strict', '--types', 'node'];
        const checked = await place.run([...tsc, '--module', 'node20', '--skipLibCheck', 'ledger.ts']);
        expect(checked).toMatchObject({ code: 0, output: '' });
        expect(JSON.parse(output)).toEqual([[2], [], [2, 4, 5], [1, 2], [2, 6], [], []]);
        await receiver.stop();
      });
    },
    PRIVATE,
  );

  test('have no other boxes', () => {
    expect([...first.unused(), ...recover.unused()]).toEqual([]);
  });
});
