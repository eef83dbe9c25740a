import type { ConnectGuide } from '../../plugins/contract/index';

/** What to prepare where to connect a mailbox. */
export const guide: ConnectGuide = {
  before: [
    'Look up the names of the servers for incoming mail (IMAP) and outgoing mail (SMTP) in the help of your mail provider, and whether IMAP has to be switched on first.',
    'Where signing in takes two steps, make an app password for the gateway; for Gmail (imap.gmail.com, smtp.gmail.com) at https://myaccount.google.com/apppasswords.',
    'Microsoft 365 (outlook.office365.com, smtp.office365.com) takes OAuth 2 alone: register an application at https://entra.microsoft.com under "App registrations", with the permissions IMAP.AccessAsUser.All, SMTP.Send and offline_access, and get a refresh token by the consent of the mailbox.',
    'Nothing in the mailbox is moved, deleted or marked as read, unless a further setting asks for it.',
  ],
  after: [
    'Switch off whatever else answers mail of this mailbox by itself: absence notes, forwarding, other help desks.',
    'What was in the mailbox before is kept with its senders as their past, and starts no chat.',
  ],
  tryIt: 'Write a mail to the address of the mailbox, from another one.',
};
