import type { MediaLinks } from '../../media/links';
import type { Profile, ProfileAddress } from '../../store/profiles';
import { made } from './made';

/** A person, with whatever the business keeps with them. */
export function presentProfile(
  profile: Profile,
  links: Pick<MediaLinks, 'link'>,
  addresses?: readonly ProfileAddress[],
) {
  const { pictureId } = profile;
  return {
    ...profile.data,
    ...{ id: profile.id, name: profile.name },
    ...(pictureId === undefined ? {} : { pictureUrl: links.link(pictureId) }),
    ...(addresses
      ? { addresses: addresses.map(({ channelId, address, canReply }) => ({ channelId, address, canReply })) }
      : {}),
    ...made(profile),
  };
}
