import { useState } from 'preact/hooks';
import { why } from './reasons';

interface Attempt {
  busy: boolean;
  /** Why the last one failed; '' if none did. */
  problem: string;
  /** Closes when it is done; what fails is said, and may be tried again. */
  attempt(what: () => Promise<void>): Promise<void>;
}

/** For a dialog that is there until what it asks for has worked. */
export function useAttempt(onClose: () => void): Attempt {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  async function attempt(what: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      await what();
      onClose();
    } catch (e) {
      setProblem(why(e));
      setBusy(false);
    }
  }

  return { busy, problem, attempt };
}
