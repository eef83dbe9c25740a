import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { FAULTS } from '../driver';
import { delivery, failure, type Kit, sending, soon, text, webhookOf } from '../kit';
import { secretsOf } from '../settings';

const BODY = 'only between us two';

/** What must not come out: secrets anywhere, and customers in what operators read. */
export function secretsSection(kit: Kit): void {
  kit.check(
    'secrets: none in an error, its cause or a log line',
    'Never put settings, headers or the error of an SDK (it holds both) into a message, a detail, a cause or a log.',
    async () => {
      for (const [fault, error] of await allFailures(kit)) {
        assertNone(kit, [...inspectAll(error), ...kit.host.lines], `${fault}: a secret came out`);
      }
    },
  );

  kit.check(
    'secrets: no customer in the words of an error',
    'The message of an error is for operators: keep numbers, addresses and texts out of it, also the provider’s.',
    async () => {
      for (const [fault, { message }] of await allFailures(kit)) {
        for (const word of [kit.driver.customer.party, BODY])
          assert.ok(!message.includes(word), `${fault}: ${message}`);
      }
    },
  );

  if (kit.supports.has('webhook'))
    kit.check(
      'secrets: a refused webhook gives nothing away',
      'Say that a signature does not match, and neither the token nor the signature that would.',
      async () => {
        const { webhook, driver } = webhookOf(kit);
        const genuine = delivery(kit, { is: 'message', id: 'm1', text: BODY });
        const body = Buffer.concat([genuine.body, Buffer.from('&x=1')]);
        const forged = { ...genuine, body, ...(driver.signsBody === false && { headers: {} }) };
        const error = await failure(() => webhook.verify(forged));
        assertNone(kit, [...inspectAll(error), ...kit.host.lines], 'a secret came out');
      },
    );
}

type Failure = Awaited<ReturnType<typeof failure>>;

async function allFailures(kit: Kit): Promise<readonly (readonly [string, Failure])[]> {
  const failures: (readonly [string, Failure])[] = [];
  // A request that was given up may arrive late, and would take the next fault: silence comes last.
  for (const fault of [...FAULTS.filter((one) => one !== 'silent'), 'silent'] as const) {
    await kit.driver.fail(fault);
    const signal = AbortSignal.timeout(fault === 'silent' ? 100 : 2_000);
    failures.push([fault, await failure(() => kit.channel.send(text(kit, BODY), sending({ signal })))]);
    if (fault !== 'bad_credentials') continue;
    await kit.driver.fail(fault);
    // A channel without a provider has nobody who could refuse its settings.
    const refused = await kit.channel.check(soon()).then(
      () => undefined,
      (error: unknown) => failure(() => Promise.reject(error)),
    );
    if (refused) failures.push([`check with ${fault}`, refused]);
  }
  return failures;
}

/** Everything that a logger could print of an error. */
function inspectAll(error: Failure): readonly string[] {
  return [inspect(error, { depth: 12, showHidden: true, maxStringLength: null }), error.stack ?? ''];
}

function assertNone(kit: Kit, words: readonly string[], help: string): void {
  const all = words.join('\n');
  const decoded = [
    all,
    ...[...all.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].map(([base64]) => decode(base64)),
  ];
  const { config, otherConfig } = kit.driver;
  for (const secret of [...secretsOf(kit.definition, config), ...secretsOf(kit.definition, otherConfig)])
    assert.ok(!decoded.some((one) => one.includes(secret)), help);
}

// A Basic authorization header hides a password from a plain search.
function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
