import type { ConnectGuide } from '../../plugins/contract/index';

/** What to click where at Meta to connect a page. */
export const guide: ConnectGuide = {
  before: [
    'You need to be an administrator of the page. Open https://developers.facebook.com/apps and press "Create app"; choose the type "Business".',
    'On the dashboard of the app find "Messenger" and press "Set up".',
    'Under "Messenger > API setup" press "Add page", choose your page, and then "Generate" beside it.',
    'Keep "App settings > Basic" open in another tab: it has the app secret.',
  ],
  madeUp: ['verifyToken'],
  after: [
    `Under "Messenger > API setup > Webhooks" press "Configure" and enter
       Callback URL   {sharedWebhookUrl}
       Verify token   {verifyToken}
     and press "Verify and save". Where another page of this gateway belongs to the same app, it is there already.`,
    'Until Meta has approved pages_messaging (Advanced access), only people with a role in the app can write to the page and be answered.',
  ],
  tryIt: 'Write a message to the page with your own Facebook account.',
};
