import { Trouble } from './reasons';

let last: Promise<unknown> = Promise.resolve();

/** SHA-256 in hex. One after the other, so that no more than one part is in memory. */
export function hashOf(bytes: Blob): Promise<string> {
  const mine = last.then(
    () => hash(bytes),
    () => hash(bytes),
  );
  last = mine;
  return mine;
}

async function hash(bytes: Blob): Promise<string> {
  let content: ArrayBuffer;
  try {
    content = await bytes.arrayBuffer();
  } catch {
    throw new Trouble('The file can’t be read any more: it was moved or changed. Choose it again.');
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}
