import { iso } from '../../model/instant';
import type { Made } from '../../store/made';

/** Who made and changed it, and when, as the published API names these fields. */
export function made(entity: Omit<Made, 'revision'>) {
  return {
    _createdOn: iso(entity.createdOn),
    _createdBy: entity.createdBy,
    _updatedOn: iso(entity.updatedOn),
    _updatedBy: entity.updatedBy,
  };
}

/** The time as the API writes it, where there is one. */
export function maybeIso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : iso(at);
}
