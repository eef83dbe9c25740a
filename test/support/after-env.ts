import { mismatch } from '../../core/events/catalogue';

// An event that is not as the catalogue says is logged by a gateway; here it is a failure.
mismatch.report = (name, problem) => {
  throw new Error(`the event ${name} is not as catalogued: ${problem}`);
};

// nock patches Node's http for the whole worker: without this the next test file in it would fail. It is loaded only
// here, since as long as it is in place every request takes three times as long.
afterAll(async () => {
  const { default: nock } = await import('nock');
  nock.restore();
});
