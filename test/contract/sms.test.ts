import { describeChannel } from '../../plugins/testing/index';
import { SMS, SMS_SERVICE } from './channels';

describe('with a number', () => describeChannel({ ...SMS.provider, definition: SMS.definition }));

describe('with a messaging service', () =>
  describeChannel({ ...SMS_SERVICE.provider, definition: SMS_SERVICE.definition }));
