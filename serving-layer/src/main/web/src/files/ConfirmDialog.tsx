import { useAttempt } from './attempt';
import { Dialog } from './Dialog';

interface ConfirmDialogProps {
  title: string;
  words: string;
  action: string;
  onDone(): Promise<void>;
  onClose(): void;
}

/** Asks before something that can't be taken back. */
export function ConfirmDialog({ title, words, action, onDone, onClose }: ConfirmDialogProps) {
  const { busy, problem, attempt } = useAttempt(onClose);

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
        <button type="button" class="danger" disabled={busy} onClick={() => void attempt(onDone)}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
