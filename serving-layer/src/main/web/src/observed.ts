import { useEffect, useState } from 'preact/hooks';

/** Something that changes and tells whoever watches. */
export class Observed {
  private readonly watchers = new Set<() => void>();

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  protected changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

/** Renders again, at most once a frame, when the thing changes. */
export function useObserved<T extends Observed>(thing: T): T {
  const [, count] = useState(0);
  useEffect(() => {
    let frame = 0;
    const stop = thing.watch(() => {
      if (frame === 0) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          count((n) => n + 1);
        });
      }
    });
    count((n) => n + 1);
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [thing]);
  return thing;
}
