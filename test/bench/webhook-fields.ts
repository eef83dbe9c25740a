/** What a customer of the benchmark writes. */
export const BODY =
  'Hello, I ordered two lamps last week (order 4711) and have not heard of them since. Could you tell me when they will arrive? Thank you!';

/** What Twilio says of one SMS, with all the fields that the real one has. */
export function webhookFields(message: {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly accountSid: string;
}): Readonly<Record<string, string>> {
  const { sid, from, to, accountSid } = message;
  return {
    ToCountry: 'GB',
    ToState: '',
    SmsMessageSid: sid,
    NumMedia: '0',
    ToCity: '',
    FromZip: '',
    SmsSid: sid,
    FromState: 'London',
    SmsStatus: 'received',
    FromCity: '',
    Body: BODY,
    FromCountry: 'GB',
    To: to,
    ToZip: '',
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: accountSid,
    From: from,
    ApiVersion: '2010-04-01',
  };
}

const FIRST_NUMBER = 447_000_000_000;

/** The telephone number of a customer of the benchmark. */
export function customerNumber(index: number): string {
  return `+${FIRST_NUMBER + index}`;
}
