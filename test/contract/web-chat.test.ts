import { describeChannel } from '../../plugins/testing/index';
import { WEB_CHAT } from './channels';

describeChannel({ ...WEB_CHAT.provider, definition: WEB_CHAT.definition });
