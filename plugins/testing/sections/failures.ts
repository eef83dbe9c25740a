import assert from 'node:assert/strict';
import { type ChannelError, type FailureKind, REASONS } from '../../contract/index';
import { FAULTS, type Fault } from '../driver';
import { failure, type Kit, sending, text } from '../kit';

/** What each fault is called; the host acts on nothing else. */
const KINDS: Readonly<Record<Fault, FailureKind>> = {
  busy: 'unavailable',
  rate_limited: 'rate_limited',
  bad_credentials: 'unauthorized',
  bad_content: 'rejected',
  no_such_customer: 'unreachable',
  opted_out: 'unreachable',
  silent: 'unavailable',
  error_after_accept: 'unavailable',
  reset_after_accept: 'unavailable',
  nonsense: 'unavailable',
  no_id: 'unavailable',
  refused: 'unavailable',
};

/** Whether the message may be with the provider; of `busy` only the adapter knows. */
const MAYBE_SENT: Readonly<Partial<Record<Fault, boolean>>> = {
  rate_limited: false,
  bad_credentials: false,
  bad_content: false,
  no_such_customer: false,
  opted_out: false,
  refused: false,
  silent: true,
  error_after_accept: true,
  reset_after_accept: true,
  nonsense: true,
  no_id: true,
};

/** Sending when something is wrong. */
export function failuresSection(kit: Kit): void {
  for (const fault of FAULTS)
    kit.check(
      `failure: ${fault} is ${KINDS[fault]}`,
      `Throw ChannelError('${KINDS[fault]}'): what the host does next hangs on the kind and on maybeSent alone.`,
      async () => {
        const error = await sendInto(kit, fault);
        assert.equal(error.kind, KINDS[fault]);
        const maybeSent = MAYBE_SENT[fault];
        if (maybeSent === true)
          assert.equal(error.detail.maybeSent, true, 'the provider may have it: say so');
        if (maybeSent === false) assert.notEqual(error.detail.maybeSent, true, 'it surely has it not');
        compareDetail(kit, fault, error);
      },
    );

  for (const fault of ['busy', 'rate_limited', 'error_after_accept', 'nonsense'] as const)
    kit.check(
      `failure: ${fault} is not followed by a second try`,
      'Never retry: the host decides, and a retry inside of an adapter sends twice. Turn off the retries of the SDK.',
      async () => {
        const before = kit.driver.requests();
        await sendInto(kit, fault);
        assert.equal(kit.driver.requests() - before, 1, 'more than one request reached the provider');
      },
    );

  kit.check(
    'failure: one failure does not spoil the next message',
    'Leave nothing behind: after a fault the same channel sends as before.',
    async () => {
      for (const fault of FAULTS.filter((name) => name !== 'refused')) {
        await sendInto(kit, fault);
        const { externalIds } = await kit.channel.send(text(kit, `after ${fault}`), sending());
        const sent = kit.driver.accepted().find(({ externalId }) => externalId === externalIds[0]);
        assert.equal(sent?.text, `after ${fault}`);
      }
    },
  );
}

async function sendInto(kit: Kit, fault: Fault): Promise<ChannelError> {
  await kit.driver.fail(fault);
  const signal = AbortSignal.timeout(fault === 'silent' ? 150 : 3_000);
  return failure(() => kit.channel.send(text(kit, 'hi'), sending({ signal })));
}

function compareDetail(kit: Kit, fault: Fault, { kind, detail }: ChannelError): void {
  const { providerCode, reason, retryAfterMs } = kit.driver.says?.[fault] ?? {};
  if (providerCode !== undefined) assert.equal(detail.providerCode, providerCode, 'providerCode');
  if (reason !== undefined) assert.equal(detail.reason, reason, 'reason');
  if (detail.reason !== undefined)
    assert.ok(REASONS.includes(detail.reason), `${detail.reason} is no reason`);
  if (kind === 'rate_limited') assert.ok((detail.retryAfterMs ?? 0) > 0, 'retryAfterMs is missing');
  if (retryAfterMs !== undefined)
    assert.equal(detail.retryAfterMs, retryAfterMs, 'not what the provider asked');
}
