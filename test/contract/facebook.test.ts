import { describeChannel } from '../../plugins/testing/index';
import { FACEBOOK } from './channels';

describeChannel({ ...FACEBOOK.provider, definition: FACEBOOK.definition });
