import { describeChannel } from '../../plugins/testing/index';
import { APP_MESSAGING } from './channels';

describeChannel({ ...APP_MESSAGING.provider, definition: APP_MESSAGING.definition });
