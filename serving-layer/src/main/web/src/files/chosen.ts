/** A file that somebody has chosen or dropped, and the folders it lies in. */
export interface Chosen {
  path: string[];
  file: File;
}

/** Most files of one drop. */
const FILES_MAX = 10_000;

export function chosenIn(files: Iterable<File>): Chosen[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath.split('/').slice(0, -1), file }));
}

/** What was dropped; folders are walked through. Must begin within the event, as its items go with it. */
export async function droppedIn(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((one) => one !== null);
  if (entries.length === 0) return chosenIn(transfer.files);
  const found: Chosen[] = [];
  for (const one of entries) await walk(one, [], found);
  return found;
}

async function walk(at: FileSystemEntry, path: string[], found: Chosen[]): Promise<void> {
  if (found.length >= FILES_MAX) return;
  if (at.isFile) {
    const file = await new Promise<File>((resolve, reject) => (at as FileSystemFileEntry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = (at as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const one of some) await walk(one, [...path, at.name], found);
  }
}
