import type { ConversationPart } from '../../../plugins/contract/index';
import type { MediaLinks } from '../../media/links';
import { isId } from '../../model/id';
import type { Part } from '../../model/message';
import { invalid } from '../../model/problem';
import { findMedia } from '../../store/media';
import type { Tx } from '../../store/tx';

/** The parts with our own names for files that we keep, so that each reader gets a link that still works. */
export async function withOwnFiles(
  tx: Tx,
  links: MediaLinks,
  { spaceId, parts }: { readonly spaceId: string; readonly parts: readonly ConversationPart[] },
): Promise<Part[]> {
  const kept: Part[] = [];
  for (const part of parts) {
    // That is our own notation: taken from outside, it would open the files of others.
    if (/^media:/i.test(part.url ?? ''))
      throw invalid('parts.url', 'a link begins with https:, http: or data:');
    const id = fileOf(links, part.url);
    const file = id === undefined ? undefined : await findMedia(tx, id);
    kept.push(file?.spaceId === spaceId ? { ...part, url: `media:${file.id}` } : part);
  }
  return kept;
}

/** The file behind one of our own links, as long as the link is valid. */
function fileOf(links: MediaLinks, url: string | undefined): string | undefined {
  const link = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  const id = /^\/media\/([0-9a-f-]+)$/.exec(link?.pathname ?? '')?.[1];
  if (!link || id === undefined || !isId(id)) return undefined;
  if (link.origin !== new URL(links.link(id)).origin) return undefined;
  const { searchParams } = link;
  const isValid = links.isValid(id, searchParams.get('expires') ?? '', searchParams.get('signature') ?? '');
  return isValid ? id : undefined;
}
