import { useState } from 'preact/hooks';
import { Dialog } from './Dialog';
import { why } from './reasons';

interface ConfirmDialogProps {
  title: string;
  words: string;
  action: string;
  onDone(): Promise<void>;
  onClose(): void;
}

/** Asks before something that can't be taken back. */
export function ConfirmDialog({ title, words, action, onDone, onClose }: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  async function done(): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      await onDone();
      onClose();
    } catch (e) {
      setProblem(why(e));
      setBusy(false);
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words}</p>
      {problem && (
        <p class="problem-words" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog-foot">
        <button type="button" class="plain" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={busy} onClick={() => void done()}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
