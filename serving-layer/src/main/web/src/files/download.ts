import { entry } from './calls';
import { Trouble } from './reasons';

export const NO_DOWNLOAD = 'Files can’t be fetched from this installation yet.';

/** The address is good for a while only, so it is asked for when it is needed. */
export async function download(fileId: string, version?: number): Promise<void> {
  const { downloadUrl } = await entry(fileId, version);
  if (!downloadUrl) throw new Trouble(NO_DOWNLOAD);
  location.assign(downloadUrl);
}
