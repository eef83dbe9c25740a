import type { ConnectGuide } from '../../plugins/contract/index';

/** What to click where at Twilio to connect a number. */
export const guide: ConnectGuide = {
  before: [
    'Open https://console.twilio.com: the first page shows the Account SID and the Auth Token ("Account Info").',
    'Under "Phone Numbers > Manage > Active numbers" is the number; buy one there if you have none.',
  ],
  after: [
    `Open the number, and under "Messaging Configuration, A message comes in" enter
       Webhook, HTTP POST   {webhookUrl}#rc=5&rp=all
     and press "Save configuration". With a messaging service it is "Integration, Send a webhook".
     What follows the # makes Twilio try again after an error; leave it there.`,
  ],
  tryIt: 'Send a text message to the number.',
};
