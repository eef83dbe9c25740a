/**
 * The one form of a customer's address: the digits of their number as WhatsApp writes it (its wa_id), or, of somebody who
 * hides the number, their business-scoped id. Undefined where it is neither.
 */
export function normalizeAddress(raw: string): string | undefined {
  const words = raw.length > 160 ? '' : raw.trim();
  if (isUserId(words)) return words;
  if (!/^(\+|00)?[1-9][0-9 ().-]{5,24}$/.test(words)) return undefined;
  const digits = words.replace(/^00/, '').replace(/\D/g, '');
  // E.164: 15 digits at most
  if (digits.length < 7 || digits.length > 15) return undefined;
  return RENUMBERED.reduce((number, [pattern, form]) => number.replace(pattern, form), digits);
}

/** Two letters of the country, a dot, and up to 128 letters and digits; of a whole portfolio with ENT in between. */
export function isUserId(address: string): boolean {
  return /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{4,128}$/.test(address);
}

/** Countries that lengthened their mobile numbers: WhatsApp knows old accounts by the other form, and takes both. */
const RENUMBERED: readonly (readonly [RegExp, string])[] = [
  [/^55([1-9]\d)([6-9]\d{7})$/, '55$19$2'], // Brazil put a 9 in front
  [/^52([2-9]\d{9})$/, '521$1'], // Mexico dropped the 1, WhatsApp did not
  [/^54([1-8]\d{9})$/, '549$1'], // Argentina: the 9 of mobiles called from abroad
];
