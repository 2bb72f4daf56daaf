const PLACES_MAX = 100;
const STORED = 'places';
/** A page that hasn't grown long enough by then isn't going to. */
const RESTORE_WITHIN_MS = 5000;
const OWN_WAY = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/** How far down each page of this tab's history was read: going back leads there, however late the content comes. */
export class Places {
  private readonly byEntry = new Map<string, number>(stored());
  private entry: string;
  private wanted = 0;
  private restoring: (() => void) | null = null;

  constructor() {
    history.scrollRestoration = 'manual';
    this.entry = entryNow() ?? this.newEntry();
    this.wanted = this.byEntry.get(this.entry) ?? 0;
    addEventListener('scroll', () => !this.restoring && this.note(), { passive: true });
    addEventListener('pagehide', () => sessionStorage.setItem(STORED, JSON.stringify([...this.byEntry])));
  }

  /** A new page is gone to. */
  leave(to: string): void {
    this.restoring?.();
    this.note();
    this.entry = key();
    history.pushState({ entry: this.entry }, '', to);
    this.wanted = 0;
  }

  /** Back or forward was pressed. */
  comeBack(): void {
    this.restoring?.();
    this.entry = entryNow() ?? this.newEntry();
    this.wanted = this.byEntry.get(this.entry) ?? 0;
    // Until the page is shown, what scrolls is still the one before.
    this.restoring = () => (this.restoring = null);
  }

  /** The page is on the screen, though not all of its content may be. */
  shown(): void {
    this.restoring?.();
    if (!this.reach()) this.reachLater();
  }

  private reach(): boolean {
    scrollTo({ top: this.wanted, behavior: 'instant' });
    return Math.abs(scrollY - this.wanted) < 1 || this.wanted === 0;
  }

  private reachLater(): void {
    const growing = new ResizeObserver(() => {
      if (this.reach()) this.restoring?.();
    });
    const timer = setTimeout(() => this.restoring?.(), RESTORE_WITHIN_MS);
    const ownWay = () => this.restoring?.();
    OWN_WAY.forEach((kind) => addEventListener(kind, ownWay, { passive: true }));
    this.restoring = () => {
      this.restoring = null;
      growing.disconnect();
      clearTimeout(timer);
      OWN_WAY.forEach((kind) => removeEventListener(kind, ownWay));
    };
    growing.observe(document.body);
  }

  private note(): void {
    this.byEntry.delete(this.entry);
    this.byEntry.set(this.entry, scrollY);
    if (this.byEntry.size > PLACES_MAX) this.byEntry.delete(this.byEntry.keys().next().value!);
  }

  private newEntry(): string {
    const entry = key();
    history.replaceState({ entry }, '');
    return entry;
  }
}

function key(): string {
  return Math.random().toString(36).slice(2);
}

function entryNow(): string | null {
  return (history.state as { entry?: string } | null)?.entry ?? null;
}

function stored(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}
