import { useEffect, useState } from 'preact/hooks';
import { countdown } from '../format';

const SPOKEN_AT_SECONDS = [300, 120, 60, 30, 10];

/** Time left until a moment on the clock of performance.now(); spoken only at a few marks. */
export function Countdown({ deadline, total }: { deadline: number; total?: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, deadline - now);
  const seconds = Math.ceil(left / 1000);
  const mark = SPOKEN_AT_SECONDS.filter((s) => s >= seconds).pop();
  return (
    <>
      <span class="countdown" role="timer" aria-live="off" data-soon={seconds <= 60 ? '' : undefined}>
        {countdown(left)}
      </span>
      {total !== undefined && <meter class="countdown-bar" min={0} max={total} value={left} aria-hidden="true" />}
      <span class="visually-hidden" aria-live="polite">
        {mark && left > 0 ? (mark >= 60 ? `${mark / 60} minutes left` : `${mark} seconds left`) : ''}
      </span>
    </>
  );
}
