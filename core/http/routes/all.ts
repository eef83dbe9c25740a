import type { Route } from '../route';
import { agentRoutes } from './agents';
import { assignmentRoutes } from './assignment';
import { channelRoutes } from './channels';
import { chatRoutes } from './chats';
import { eventRoutes } from './events';
import { hoursRoutes } from './hours';
import { messageRoutes } from './messages';
import { presenceRoutes } from './presence';
import { profileRoutes } from './profiles';
import { quarantineRoutes } from './quarantine';
import { satisfactionRoutes } from './satisfaction';
import { teamRoutes } from './teams';
import { tenantRoutes } from './tenants';
import { tokenRoutes } from './tokens';
import { webhookDeliveryRoutes } from './webhook-deliveries';
import { webhookRoutes } from './webhooks';

/** Every call of the API. */
export const allRoutes: readonly Route[] = [
  ...tenantRoutes,
  ...tokenRoutes,
  ...chatRoutes,
  ...messageRoutes,
  ...satisfactionRoutes,
  ...teamRoutes,
  ...hoursRoutes,
  ...agentRoutes,
  ...channelRoutes,
  ...presenceRoutes,
  ...assignmentRoutes,
  ...quarantineRoutes,
  ...profileRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...webhookDeliveryRoutes,
];
