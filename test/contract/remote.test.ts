import { remoteChannel } from '../../plugins/remote/remote-channel';
import { describeChannel } from '../../plugins/testing/index';
import { REMOTE_MANIFEST, startRemoteDriver } from './remote-driver';

const definition = remoteChannel(REMOTE_MANIFEST);

describeChannel({
  // Where the service is stands in its channel.json; here each test has one of its own.
  definition: {
    ...definition,
    create: (config, host) => remoteChannel({ ...REMOTE_MANIFEST, url: host.apiUrl }).create(config, host),
  },
  start: startRemoteDriver,
  supports: ['webhook', 'findSent', 'openMedia', 'typing'],
});

describe('the channel.json of a service', () => {
  test('is taken whole, or every field that is wrong is named', () => {
    expect(() => remoteChannel({ ...REMOTE_MANIFEST, url: 'ftp://x', id: 'Upper', surplus: 1 })).toThrow(
      /id: .*url: .*surplus/s,
    );
    expect(() => remoteChannel({ ...REMOTE_MANIFEST, identity: 'number' })).toThrow(
      'there is no setting "number"',
    );
    expect(() => remoteChannel({ ...REMOTE_MANIFEST, has: [] })).toThrow('capabilities.lookup');
  });
});
