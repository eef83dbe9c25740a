import type { Log } from '../log';
import type { SendingContext } from '../services/append-outbound';
import type { RatingLinks } from './rating-links';

/** What speaking by itself needs of the gateway. */
export interface AutomaticContext extends SendingContext {
  readonly ratingLinks: RatingLinks;
  readonly log: Log;
}
