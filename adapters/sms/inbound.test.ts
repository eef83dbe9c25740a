import type { InboundMessage, StatusUpdate } from '../../plugins/contract/index';
import { parse } from './inbound';
import type { Fields } from './simulator/sign';
import { signedRequest } from './simulator/sign';

const CALLED = 'https://gateway.test/channels/acc_1/webhook';
const MESSAGE = { MessageSid: 'SM1', From: '+447911123456', To: '+441632960001', Body: 'hi', NumMedia: '0' };

function events(fields: Fields, url = CALLED) {
  return parse(signedRequest('token', url, fields));
}

function message(fields: Fields): InboundMessage {
  const [event] = events({ ...MESSAGE, ...fields });
  if (event?.type !== 'message') throw new Error(`became ${JSON.stringify(event)}`);
  return event.message;
}

function status(fields: Fields, url?: string): StatusUpdate {
  const [event] = events({ MessageSid: 'SM1', ...fields }, url);
  if (event?.type !== 'status') throw new Error(`became ${JSON.stringify(event)}`);
  return event.status;
}

describe('a message', () => {
  test('keeps its addresses and the service that it came through', () => {
    expect(message({ MessagingServiceSid: `MG${'1'.repeat(32)}` })).toMatchObject({
      externalId: 'SM1',
      address: { own: '+441632960001', party: '+447911123456' },
      via: `MG${'1'.repeat(32)}`,
      text: 'hi',
    });
    expect(message({})).not.toHaveProperty('via');
  });

  test('says no time, for the webhook has none and parsing reads no clock', () => {
    expect(message({})).not.toHaveProperty('sentAt');
  });

  test('keeps all that it does not know, and repeats nothing that it does', () => {
    const { metadata } = message({ FromCity: 'LEEDS', FromCountry: 'GB', Brandnew: '1', Twice: ['a', 'b'] });
    expect(metadata).toEqual({
      FromCity: 'LEEDS',
      FromCountry: 'GB',
      Brandnew: '1',
      Twice: ['a', 'b'],
    });
  });
});

describe('a message with pictures', () => {
  test('or with neither words nor pictures is a message', () => {
    const empty = message({ Body: '' });
    expect(empty.media).toEqual([]);
    expect(empty).not.toHaveProperty('text');
    expect(empty).not.toHaveProperty('unsupported');
  });

  test('may have pictures and no words', () => {
    const { media, ...rest } = message({
      Body: '',
      NumMedia: '2',
      MediaUrl0: 'https://api.twilio.com/0',
      MediaContentType0: 'image/jpeg',
      MediaUrl1: 'https://api.twilio.com/1',
    });
    expect(media).toEqual([
      { ref: 'https://api.twilio.com/0', mimeType: 'image/jpeg' },
      { ref: 'https://api.twilio.com/1', mimeType: 'application/octet-stream' },
    ]);
    expect(rest).not.toHaveProperty('text');
  });

  test('may have ten pictures', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        [`MediaUrl${index}`, `https://api.twilio.com/${index}`],
        [`MediaContentType${index}`, 'image/gif'],
      ]).flat(),
    );
    expect(message({ ...fields, NumMedia: '10' }).media.map(({ ref }) => ref?.at(-1))).toEqual([
      ...'0123456789',
    ]);
  });
});

describe('the sender and the id', () => {
  test('of an older webhook: the message is known by SmsSid or SmsMessageSid', () => {
    expect(message({ MessageSid: '', SmsSid: 'SM2' }).externalId).toBe('SM2');
    expect(message({ MessageSid: '', SmsMessageSid: 'SM3' }).externalId).toBe('SM3');
  });

  test.each([
    ['whatsapp:+447911123456', undefined],
    ['rcs:+447911123456', undefined],
    ['messenger:1234567890', undefined],
    ['60777', undefined],
    ['+447911123456', undefined],
    ['PARLEY', false],
    ['Royal Mail', false],
  ])('from %s: canReply %s, and the sender is kept as it is', (From, canReply) => {
    const { address, ...rest } = message({ From });
    expect(address.party).toBe(From);
    expect(rest.canReply).toBe(canReply);
  });

  test('of WhatsApp has a name, may answer another, and may be of a kind that we do not know', () => {
    const known = message({ ProfileName: 'Ann', OriginalRepliedMessageSid: 'SM0', MessageType: 'text' });
    expect(known).toMatchObject({ sender: { name: 'Ann' }, inReplyTo: 'SM0' });
    const located = message({ Body: '', MessageType: 'location', Latitude: '51.5' });
    expect(located.unsupported).toMatchObject({ kind: 'location', raw: { Latitude: '51.5' } });
  });
});

describe('consent', () => {
  test.each([
    ['STOP', 'stop'],
    [' stop\n', 'stop'],
    ['StopAll', 'stop'],
    ['UNSUBSCRIBE', 'stop'],
    ['CANCEL', 'stop'],
    ['END', 'stop'],
    ['QUIT', 'stop'],
    ['REVOKE', 'stop'],
    ['OPTOUT', 'stop'],
    ['start', 'start'],
    ['UNSTOP', 'start'],
    ['YES', undefined],
    ['HELP', undefined],
    ['please stop', undefined],
    ['STOP!', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('a body %j by itself means %s', (Body, expected) => {
    expect(message({ Body }).consent).toBe(expected);
  });

  test.each([
    ['STOP', 'please leave me alone', 'stop'],
    ['START', 'YES', 'start'],
    ['HELP', 'HELP', undefined],
    // Twilio was told to take this word for something else.
    ['HELP', 'STOP', undefined],
    ['START', 'STOP', 'start'],
    ['NEWTYPE', 'STOP', undefined],
  ])('what Twilio says (%s) goes before the body %j', (OptOutType, Body, expected) => {
    expect(message({ OptOutType, Body }).consent).toBe(expected);
  });
});

describe('a status callback', () => {
  test.each([
    ['accepted', 'accepted'],
    ['scheduled', 'accepted'],
    ['queued', 'accepted'],
    ['sending', 'accepted'],
    ['sent', 'sent'],
    ['partially_delivered', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ])('%s is %s', (MessageStatus, state) => {
    expect(status({ MessageStatus }).state).toBe(state);
    expect(status({ SmsStatus: MessageStatus }).state).toBe(state);
  });

  test.each(['receiving', 'received', 'teleported', 'constructor', '__proto__'])(
    '%s is ignored',
    (MessageStatus) => {
      expect(events({ MessageSid: 'SM1', MessageStatus })).toEqual([
        { type: 'ignored', reason: `status ${MessageStatus}` },
      ]);
    },
  );
});

describe('a callback', () => {
  test('carries our key back, from the address that it was sent to', () => {
    const key = 'msg_1/2&a=b ü.0';
    const url = `${CALLED}?x=1&key=${encodeURIComponent(key)}`;
    expect(status({ MessageStatus: 'sent' }, url).target).toEqual({ externalId: 'SM1', idempotencyKey: key });
    expect(status({ MessageStatus: 'sent' }).target).toEqual({ externalId: 'SM1' });
  });

  test.each([
    ['30003', 'unknown'],
    ['30004', 'blocked'],
    ['30005', 'bad_address'],
    ['30006', 'landline'],
    ['30007', 'filtered'],
    ['30008', 'unknown'],
    ['30001', 'expired'],
    ['30036', 'expired'],
    ['21610', 'opted_out'],
    ['63016', 'outside_window'],
    ['99999', 'unknown'],
  ])('that failed with %s has the reason %s', (ErrorCode, reason) => {
    expect(status({ MessageStatus: 'undelivered', ErrorCode })).toMatchObject({
      state: 'failed',
      reason,
      providerCode: ErrorCode,
    });
  });

  test('that failed without a code has a reason all the same', () => {
    expect(status({ MessageStatus: 'failed' })).toMatchObject({ state: 'failed', reason: 'unknown' });
  });

  test('that went well has neither reason nor code', () => {
    const well = status({ MessageStatus: 'delivered', ErrorCode: '0' });
    expect(well).not.toHaveProperty('reason');
    expect(well).not.toHaveProperty('providerCode');
  });

  test('is told from a picture without words, which has no words either', () => {
    const picture = {
      ...MESSAGE,
      Body: '',
      SmsStatus: 'received',
      NumMedia: '1',
      MediaUrl0: 'https://x.test/',
    };
    expect(events(picture)).toMatchObject([{ type: 'message' }]);
    expect(events({ ...MESSAGE, MessageStatus: 'delivered' })).toMatchObject([{ type: 'status' }]);
  });
});

describe('anything else is ignored, with a reason', () => {
  test.each([
    [{}, 'no message in it'],
    [{ EventType: 'onMessageAdded', ConversationSid: 'CH1' }, 'unknown webhook onMessageAdded'],
    [{ MessageSid: 'SM1', From: '+447911123456' }, 'no message in it'],
    [{ MessageSid: 'SM1', To: '+447911123456' }, 'no message in it'],
    [{ MessageStatus: 'sent' }, 'status sent'],
  ])('%j', (fields, reason) => {
    expect(events(fields)).toEqual([{ type: 'ignored', reason }]);
  });
});
