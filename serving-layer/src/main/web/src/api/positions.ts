/**
 * Where on the log this browser's latest changes are, by event: sent back with later reads, so that one sees what one
 * has just done, whichever instance answers.
 */
const byEvent = new Map<string, string>();
let newest: string | null = null;

export const positions = {
  remember(eventId: string, position: string | null): void {
    if (!position) return;
    byEvent.set(eventId, position);
    newest = position;
  },
  of(eventId: string): string | null {
    return byEvent.get(eventId) ?? null;
  },
  newest(): string | null {
    return newest;
  },
};
