import { NewestPositions } from '../api/newest';

/** In the feed's logs. */
export const feedPositions = new NewestPositions();
