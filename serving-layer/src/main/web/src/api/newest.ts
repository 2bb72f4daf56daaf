/**
 * Newest places on some logs that this browser has heard of, by log and partition: sent back with later reads, so that
 * one sees what one has just done or been told of, whichever instance answers.
 */
export class NewestPositions {
  private readonly newest = new Map<string, string>();

  /** Of a header, or of a message's list. */
  remember(positions: string | string[] | null): void {
    const each = typeof positions === 'string' ? positions.split(', ') : (positions ?? []);
    for (const position of each) {
      const dot = position.lastIndexOf('.');
      const place = position.slice(0, dot);
      const before = this.newest.get(place);
      if (before === undefined || BigInt(before) < BigInt(position.slice(dot + 1))) {
        this.newest.set(place, position.slice(dot + 1));
      }
    }
  }

  header(): string | null {
    return [...this.newest].map(([place, offset]) => `${place}.${offset}`).join(', ') || null;
  }
}
