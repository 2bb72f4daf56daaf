import { useEffect, useState } from 'preact/hooks';
import type { Usage } from '../api/types';
import { bytes, percent } from '../format';
import { usage } from './calls';
import type { Changes } from './changes';

/** What versions have in common is counted after a change, and nobody is told when. */
const COUNTED_AFTER_MS = 5000;

/** What is taken of one's room, and by what. */
export function UsageBar({ changes }: { changes: Changes }) {
  const [used, setUsed] = useState<Usage | null>(null);

  useEffect(() => {
    let gone = false;
    let later = 0;
    const ask = () => void usage().then((now) => !gone && setUsed(now), () => undefined);
    ask();
    const stop = changes.listen(() => {
      ask();
      clearTimeout(later);
      later = window.setTimeout(ask, COUNTED_AFTER_MS);
    });
    return () => {
      gone = true;
      clearTimeout(later);
      stop();
    };
  }, [changes]);

  if (!used) return null;
  const { quotaBytes, liveBytes, versionBytes, reservedBytes, dedupSavedBytes } = used;
  const taken = liveBytes + versionBytes + reservedBytes;
  const share = (part: number) => (quotaBytes > 0 ? Math.min(1, part / quotaBytes) : 0);
  return (
    <section class="usage" aria-labelledby="usage-title">
      <h2 id="usage-title">Room</h2>
      <p class="usage-words">
        <strong>{bytes(taken)}</strong> of {bytes(quotaBytes)} taken
      </p>
      <svg class="usage-bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={percent(share(taken))}>
        <rect class="usage-all" width="100" height="4" />
        <rect class="usage-reserved" width={100 * share(taken)} height="4" />
        <rect class="usage-versions" width={100 * share(liveBytes + versionBytes)} height="4" />
        <rect class="usage-live" width={100 * share(liveBytes)} height="4" />
      </svg>
      <dl class="usage-parts">
        <Part name="Files" value={liveBytes} kind="live" />
        <Part name="Older versions" value={versionBytes} kind="versions" />
        {reservedBytes > 0 && <Part name="Uploads under way" value={reservedBytes} kind="reserved" />}
      </dl>
      {dedupSavedBytes !== undefined && dedupSavedBytes > 0 && (
        <p class="quiet">{bytes(dedupSavedBytes)} of that is in more than one place or version, and kept once.</p>
      )}
    </section>
  );
}

function Part({ name, value, kind }: { name: string; value: number; kind: string }) {
  return (
    <div>
      <dt>
        <span class={`usage-mark usage-${kind}`} aria-hidden="true" />
        {name}
      </dt>
      <dd>{bytes(value)}</dd>
    </div>
  );
}
