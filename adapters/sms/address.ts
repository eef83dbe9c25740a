import type * as PhoneNumbers from 'libphonenumber-js/min';

const SHORT_CODE = /^[0-9]{3,8}$/;
// Twilio: up to 11 of letters, digits, space and + - _ &, with at least one letter.
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 &_+-]{0,10}$/;
const PREFIXED = /^(whatsapp|rcs):(.+)$/i;
const LOOKS_LIKE_A_NUMBER = /^\+[0-9 ().\-/\u00a0]{6,40}$/;

/** `+44 7911 123456` becomes `+447911123456`; short codes, alphanumeric senders and `whatsapp:+44…` are kept. */
export function normalizeAddress(raw: string): string | undefined {
  if (raw.length > 60) return undefined;
  const address = raw.trim();
  const [, prefix, rest] = PREFIXED.exec(address) ?? [];
  if (prefix && rest) {
    const number = e164(rest.trim());
    return number && `${prefix.toLowerCase()}:${number}`;
  }
  if (SHORT_CODE.test(address) || ALPHANUMERIC.test(address)) return address;
  return e164(address);
}

/** True for a sender such as `PARLEY`: a message to it leads nowhere. */
export function isAlphanumericSender(address: string): boolean {
  return ALPHANUMERIC.test(address);
}

function e164(raw: string): string | undefined {
  if (!LOOKS_LIKE_A_NUMBER.test(raw)) return undefined;
  const parsed = phoneNumbers().parsePhoneNumberFromString(raw, { extract: false });
  return parsed?.isPossible() && !parsed.ext ? parsed.number : undefined;
}

// On first use: its tables of numbering plans cost 9 MB, and what Twilio delivers is canonical already.
function phoneNumbers(): typeof PhoneNumbers {
  return require('libphonenumber-js/min');
}
