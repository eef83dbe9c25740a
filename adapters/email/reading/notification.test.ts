import { mailHeaders } from './headers';
import { readReport } from './report';

const about = {
  headers: [
    { name: 'Message-ID', value: '<one@shop.example>' },
    { name: 'Reply-To', value: 'support+token@shop.example' },
  ],
};

function told(message: object) {
  const text = JSON.stringify({ Type: 'Notification', Message: JSON.stringify({ ...message, mail: about }) });
  const parts = {
    headers: mailHeaders([]),
    subject: 'AWS Notification Message',
    machine: new Map(),
    returned: '',
  };
  return readReport({ ...parts, text });
}

test('a bounce that Amazon tells by SNS names its mail, its recipient and why', () => {
  const bouncedRecipients = [
    { emailAddress: 'ada@customer.example', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
  ];
  expect(
    told({ notificationType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients } }),
  ).toMatchObject({
    kind: 'bounce',
    originals: ['one@shop.example'],
    replyTo: ['support+token@shop.example'],
    recipients: [
      { address: 'ada@customer.example', code: '5.1.1', reason: 'bad_address', isPermanent: true },
    ],
  });
  const full = [{ emailAddress: 'ada@customer.example', diagnosticCode: 'smtp; 452 4.2.2 mailbox full' }];
  expect(
    told({ notificationType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients: full } }),
  ).toMatchObject({ recipients: [{ isPermanent: false }] });
});

test('so does a complaint; and other JSON in a mail is no report', () => {
  const complainedRecipients = [{ emailAddress: 'ada@customer.example' }];
  expect(told({ notificationType: 'Complaint', complaint: { complainedRecipients } })).toMatchObject({
    kind: 'complaint',
    originals: ['one@shop.example'],
  });
  expect(told({ notificationType: 'Delivery' })).toBeUndefined();
});
