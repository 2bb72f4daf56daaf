import { useEffect, useState } from 'preact/hooks';
import type { Entry } from '../api/types';
import { droppedIn, type Chosen } from './chosen';

/** Where something can be put: carries the folder's id. */
const PLACE = '[data-drop]';

/** What is being dragged within this window. */
let dragged: Entry | null = null;

export function beginDrag(e: DragEvent, entry: Entry): void {
  dragged = entry;
  e.dataTransfer!.effectAllowed = 'move';
  e.dataTransfer!.setData('text/plain', entry.name);
}

export function endDrag(): void {
  dragged = null;
}

interface Drops {
  /** Files of the visitor's own computer, into a folder, or where nobody says which, into this one. */
  files(chosen: Promise<Chosen[]>, folderId: string | null): void;
  entry(entry: Entry, folderId: string, folderName: string): void;
}

/** Takes what is dropped anywhere on the page, if it takes anything; whether files hover over it. */
export function useDrops(takes: boolean, drops: Drops): boolean {
  const [hovering, setHovering] = useState(false);

  useEffect(() => {
    let place: HTMLElement | null = null;
    const mark = (to: HTMLElement | null) => {
      place?.removeAttribute('data-over');
      place = to;
      place?.setAttribute('data-over', '');
    };
    const placeOf = (e: DragEvent) => {
      const at = (e.target as Element | null)?.closest?.<HTMLElement>(PLACE) ?? null;
      return dragged && (at?.dataset.drop === dragged.fileId || at?.dataset.drop === dragged.parentId) ? null : at;
    };
    const brings = (e: DragEvent) => !dragged && (e.dataTransfer?.types.includes('Files') ?? false);

    const over = (e: DragEvent) => {
      if (!takes || document.querySelector('dialog[open]')) {
        // Else the browser would leave the page to show what was let go over it.
        e.preventDefault();
        e.dataTransfer!.dropEffect = 'none';
        return;
      }
      const at = placeOf(e);
      mark(at);
      setHovering(brings(e));
      if (!brings(e) && !(dragged && at)) return;
      e.preventDefault();
      e.dataTransfer!.dropEffect = dragged ? 'move' : 'copy';
    };
    const leave = (e: DragEvent) => {
      if (e.relatedTarget !== null) return;
      mark(null);
      setHovering(false);
    };
    const drop = (e: DragEvent) => {
      const at = placeOf(e);
      const folderId = at?.dataset.drop ?? null;
      mark(null);
      setHovering(false);
      if (brings(e)) {
        e.preventDefault();
        drops.files(droppedIn(e.dataTransfer!), folderId);
      } else if (dragged && folderId !== null) {
        e.preventDefault();
        drops.entry(dragged, folderId, at!.dataset.dropName ?? '');
      }
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  });

  return hovering && takes;
}
