import { facebook } from '../../adapters/facebook/index';
import { describeChannel } from '../../plugins/testing/index';
import { startRecordedMeta } from './facebook-recorded';

describeChannel({
  definition: facebook,
  start: startRecordedMeta,
  supports: ['webhook', 'findSent', 'listSince', 'typing', 'markRead', 'openMedia'],
  skip: [
    { check: 'send: giving up ends the request and drops its connection', reason: 'nock has no connection' },
    { check: 'lifecycle: closing ends what is under way', reason: 'nock has no connection' },
  ],
});
