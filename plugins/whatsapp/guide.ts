import type { ConnectGuide } from 'parley-gateway/plugin';

/** What to click where at Meta to connect a number. */
export const guide: ConnectGuide = {
  before: [
    'Open https://developers.facebook.com/apps and press "Create app"; choose the type "Business", and add "WhatsApp".',
    'Under "WhatsApp > API setup" add your number, or take the test number that is there. Both ids stand below it.',
    'In Business settings, "Users > System users", make one, give it the app and the WhatsApp account with full control, and press "Generate token" with whatsapp_business_messaging and whatsapp_business_management.',
    'Keep "App settings > Basic" open in another tab: it has the app secret.',
  ],
  madeUp: ['verifyToken'],
  after: [
    `Under "WhatsApp > Configuration > Webhook" press "Edit" and enter
       Callback URL   {sharedWebhookUrl}
       Verify token   {verifyToken}
     and press "Verify and save". Where another number of this gateway belongs to the same app, it is there already.`,
    'Below it, at "Webhook fields", subscribe to "messages".',
  ],
  tryIt: 'Write to the number from your own WhatsApp.',
};
