import { describeChannel } from 'parley-gateway/testing';
import provider from '../../../plugins/whatsapp/driver';
import { whatsapp } from '../../../plugins/whatsapp/index';

describeChannel({ ...provider, definition: whatsapp });
