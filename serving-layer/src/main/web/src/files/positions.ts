import { NewestPositions } from '../api/newest';

/** In the logs of files. */
export const filesPositions = new NewestPositions();
