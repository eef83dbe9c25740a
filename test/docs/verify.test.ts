import path from 'node:path';
import { describeWith } from '../support/tools';
import { until } from '../support/until';
import { readPage } from './blocks';
import { type Case, STANDARD, signedCases } from './signed-cases';
import { openWorkplace, type Workplace } from './workplace';

const page = readPage('core/events/docs/verify.md');
const receiver = readPage('core/events/docs/first-event.md').named('receiver.mjs');
const box = {
  verify: page.named('verify.ts'),
  comapi: page.named('verify-comapi.ts'),
  python: page.named('verify.py'),
  shell: page.named('verify.sh'),
  shellComapi: page.named('comapi.sh'),
  send: page.named('send.sh'),
};

/** What a box says of a case. */
interface Verdict {
  readonly events?: unknown[];
  readonly isComapiRight: boolean;
}

describe('"Verify a signature" says how it is done', () => {
  let place: Workplace;
  beforeEach(() => {
    place = openWorkplace();
  });
  afterEach(() => place.clear());

  const judge = async (command: readonly string[]): Promise<Verdict[]> => {
    const { code, output, errors } = await place.run(command);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    return JSON.parse(output);
  };

  test('in TypeScript, at its strictest', async () => {
    const cases = signedCases();
    place.save(box.verify, box.comapi);
    place.write('cases.json', JSON.stringify(cases));
    place.write(
      'judge.ts',
      `import cases from './cases.json';
      import { eventsIn } from './verify';
      import { isFromGateway } from './verify-comapi';
      console.log(JSON.stringify(cases.map(({ body, headers, secret }) => {
        const isComapiRight = isFromGateway(Buffer.from(body), headers['x-comapi-signature'], secret);
        try {
          return { events: eventsIn(body, headers, secret), isComapiRight };
        } catch {
          return { isComapiRight };
        }
      })));`,
    );

    expect(await judge([process.execPath, '--import', 'tsx', 'judge.ts'])).toEqual(cases.map(verdictOf));
    const tsc = [path.resolve('node_modules/.bin/tsc'), '--noEmit', '--strict', '--types', 'node'];
    const checked = await place.run([
      ...tsc,
      '--module',
      'node20',
      '--skipLibCheck',
      'verify.ts',
      'verify-comapi.ts',
    ]);
    expect(checked).toMatchObject({ code: 0, output: '' });
  });

  describeWith(['python3'], 'and', () => {
    test('in Python', async () => {
      const cases = signedCases();
      place.save(box.python);
      place.write('cases.json', JSON.stringify(cases));
      place.write(
        'judge.py',
        `
import json, verify
verdicts = []
for case in json.load(open("cases.json", encoding="utf-8")):
    body, headers, secret = case["body"].encode(), case["headers"], case["secret"]
    verdict = {"isComapiRight": verify.is_from_gateway(body, headers["x-comapi-signature"], secret)}
    try:
        verdict["events"] = verify.events_in(body, headers, secret)
    except ValueError:
        pass
    verdicts.append(verdict)
print(json.dumps(verdicts))
`,
      );

      expect(await judge(['python3', 'judge.py'])).toEqual(cases.map(verdictOf));
    });
  });

  describeWith(['openssl'], 'and', () => {
    // The shell's box leaves the age of a delivery to its reader.
    test.each(signedCases().filter(({ isOld }) => !isOld))('with openssl: $name', async (one) => {
      const { headers } = one;
      place.save(box.shell, box.shellComapi);
      place.write('body.json', one.body);
      const env = {
        WEBHOOK_SECRET: one.secret,
        ID: headers['webhook-id'] ?? '',
        TIMESTAMP: headers['webhook-timestamp'] ?? '',
        SIGNATURE: headers['webhook-signature'] ?? '',
      };

      const verdict = await place.run(['sh', 'verify.sh'], env);
      const comapi = await place.run(['sh', 'comapi.sh'], env);

      const isOurs = one.events !== undefined;
      expect(verdict).toEqual({
        code: isOurs ? 0 : 1,
        output: isOurs ? 'from your gateway\n' : 'forged\n',
        errors: '',
      });
      expect(comapi.output.trim() === headers['x-comapi-signature']).toBe(one.isComapiRight);
    });
  });

  describeWith(['openssl', 'curl'], 'and', () => {
    test('with curl, to a receiver of the standardwebhooks package', async () => {
      const secret = STANDARD;
      place.save(receiver, box.send);
      place.write('body.json', '{"name":"chat.create","text":"Grüße"}');
      const env = { WEBHOOK_SECRET: secret, PORT: '0' };
      place.write(
        'listening.mjs',
        `import http from 'node:http';
        const listen = http.Server.prototype.listen;
        http.Server.prototype.listen = function (port) {
          return listen.call(this, port, '127.0.0.1', () => console.log('port', this.address().port));
        };`,
      );
      const running = place.start([process.execPath, '--import', './listening.mjs', 'receiver.mjs'], env);
      const port = await until(() => /port (\d+)/.exec(running.output())?.[1]);
      const URL = `http://127.0.0.1:${port}/`;

      const right = await place.run(['sh', 'send.sh'], { WEBHOOK_SECRET: secret, URL });
      const other = `whsec_${Buffer.from('x'.repeat(32)).toString('base64')}`;
      const wrong = await place.run(['sh', 'send.sh'], { WEBHOOK_SECRET: other, URL });

      expect([right.output, wrong.output]).toEqual(['204\n', '401\n']);
      await until(() => running.output().includes('received chat.create\n'));
    });
  });

  test('and has no other box', () => {
    expect(page.unused()).toEqual([]);
  });
});

function verdictOf({ events, isComapiRight }: Case): Verdict {
  return { ...(events ? { events: [...events] } : {}), isComapiRight };
}
