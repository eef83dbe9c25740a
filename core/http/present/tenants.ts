import { iso } from '../../model/instant';
import type { Space } from '../../store/spaces';
import type { Token } from '../../store/tokens';
import { maybeIso } from './made';

export function presentSpace(space: Space) {
  return { id: space.id, name: space.name, _createdOn: iso(space.createdOn) };
}

/** A token without its secret. */
export function presentToken(token: Token) {
  return {
    ...{ id: token.id, name: token.name, scopes: [...token.scopes] },
    ...{ _createdOn: iso(token.createdOn), _createdBy: token.createdBy },
    ...{ expiresOn: maybeIso(token.expiresOn), lastUsedOn: maybeIso(token.lastUsedOn) },
  };
}
