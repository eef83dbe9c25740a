import type { ClientPorts, Host } from '../../plugins/contract/index';
import type { WebChatConfig } from './config';

/** One configured web chat: what its routes work with. */
export interface Account {
  readonly config: WebChatConfig;
  readonly host: Host;
  readonly ports: ClientPorts;
}
