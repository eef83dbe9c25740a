import { twilio } from '../../adapters/sms/index';
import { describeChannel } from '../../plugins/testing/index';
import { startRecordedTwilio } from './sms-recorded';

describeChannel({
  definition: twilio,
  start: startRecordedTwilio,
  supports: ['webhook', 'findSent', 'listSince', 'openMedia'],
  skip: [
    { check: 'send: giving up ends the request and drops its connection', reason: 'nock has no connection' },
    { check: 'lifecycle: closing ends what is under way', reason: 'nock has no connection' },
  ],
});
