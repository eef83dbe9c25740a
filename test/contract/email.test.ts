import { describeChannel } from '../../plugins/testing/index';
import { withDovecot } from '../support/dovecot';
import { emailOn } from './channels';

withDovecot('email', (dovecot) => {
  const { definition, provider } = emailOn(dovecot);
  describeChannel({ ...provider, definition });
});
