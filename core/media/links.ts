import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../model/instant';
import type { Part } from '../model/message';

/** Makes and checks the signed links under which files are served without a token. */
export interface MediaLinks {
  /** Public; valid for a day at least and two at most, and the same text within a day. */
  link(id: string): string;
  /** The parts with a link in place of our own name of each file. */
  present(parts: readonly Part[]): Part[];
  isValid(id: string, expires: string, signature: string): boolean;
}

const DAY_MS = 86_400_000;
const OURS = /^media:(.+)$/;

/** Links below the public address, signed with a key derived from the master key. */
export function createMediaLinks(options: {
  readonly masterKey: string;
  readonly publicUrl: () => string;
  readonly now: () => Instant;
}): MediaLinks {
  const { masterKey, publicUrl, now } = options;
  const key = createHmac('sha256', Buffer.from(masterKey, 'hex')).update('media links').digest();
  const sign = (id: string, expires: string) =>
    createHmac('sha256', key).update(`${id} ${expires}`).digest('base64url');
  const link = (id: string) => {
    // Whole days, so that an unchanged message keeps an unchanged answer (and ETag) for a while.
    const expires = String((Math.floor(now() / DAY_MS) + 2) * DAY_MS);
    return `${publicUrl()}/media/${id}?expires=${expires}&signature=${sign(id, expires)}`;
  };
  return {
    link,
    present: (parts) =>
      parts.map((part) => {
        const id = mediaIdOf(part);
        if (id !== undefined) return { ...part, url: link(id) };
        const isShowing = part.type === 'text/html' && part.data?.includes('"media:');
        return isShowing ? { ...part, data: withPictures(part.data ?? '', link) } : part;
      }),
    isValid(id, expires, signature) {
      if (!/^\d{1,16}$/.test(expires) || Number(expires) < now()) return false;
      const expected = Buffer.from(sign(id, expires));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

function withPictures(html: string, link: (id: string) => string): string {
  return html.replace(
    /"media:([0-9a-f-]{36})"/g,
    (_, id) => `"${link(String(id)).replaceAll('&', '&amp;')}"`,
  );
}

/** The file that a part refers to, where it is one that we keep. */
export function mediaIdOf(part: Pick<Part, 'url'>): string | undefined {
  return OURS.exec(part.url ?? '')?.[1];
}
