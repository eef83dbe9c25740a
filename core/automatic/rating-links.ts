import { createHmac, timingSafeEqual } from 'node:crypto';

/** Makes and reads the signed links under which customers say how a chat was. */
export interface RatingLinks {
  /** Public, and short enough for a text message. */
  link(surveyId: string): string;
  /** The survey that a token of such a link names; undefined where we did not sign it. */
  surveyOf(token: string): string | undefined;
}

/** Below which path the links lead. */
export const RATING_PATH = '/rate';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/** Links below the public address, signed with a key derived from the master key. */
export function createRatingLinks(options: {
  readonly masterKey: string;
  readonly publicUrl: () => string;
}): RatingLinks {
  const { masterKey, publicUrl } = options;
  const key = createHmac('sha256', Buffer.from(masterKey, 'hex')).update('rating links').digest();
  const sign = (id: Buffer) => createHmac('sha256', key).update(id).digest().subarray(0, SIGNATURE_BYTES);
  return {
    link(surveyId) {
      const id = Buffer.from(surveyId.replaceAll('-', ''), 'hex');
      return `${publicUrl()}${RATING_PATH}/${Buffer.concat([id, sign(id)]).toString('base64url')}`;
    },
    surveyOf(token) {
      const bytes = Buffer.from(token, 'base64url');
      // Base64 forgives much; a link of ours is written in one way only.
      if (bytes.length !== ID_BYTES + SIGNATURE_BYTES || bytes.toString('base64url') !== token)
        return undefined;
      const id = bytes.subarray(0, ID_BYTES);
      return timingSafeEqual(sign(id), bytes.subarray(ID_BYTES)) ? toUuid(id) : undefined;
    },
  };
}

function toUuid(id: Buffer): string {
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
