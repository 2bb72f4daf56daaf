import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useAttempt } from './attempt';
import { Dialog } from './Dialog';

const NAME_CHARS_MAX = 255;

interface NameDialogProps {
  title: string;
  value: string;
  action: string;
  /** Fails if the name won't do. */
  onDone(name: string): Promise<void>;
  onClose(): void;
}

/** Asks for a name until one will do. */
export function NameDialog({ title, value, action, onDone, onClose }: NameDialogProps) {
  const [name, setName] = useState(value);
  const { busy, problem, attempt } = useAttempt(onClose);
  const box = useRef<HTMLInputElement>(null);

  // With the dialog's own, which comes first and would take the focus from the box.
  useLayoutEffect(() => {
    const dot = value.lastIndexOf('.');
    box.current!.focus();
    box.current!.setSelectionRange(0, dot > 0 ? dot : value.length);
  }, []);

  async function done(): Promise<void> {
    if (name.trim() === '' || busy) return;
    if (name === value) return onClose();
    await attempt(() => onDone(name));
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="dialog-form"
        onSubmit={(e) => {
          e.preventDefault();
          void done();
        }}
      >
        <input
          ref={box}
          class="text-input"
          aria-label="Name"
          aria-invalid={problem !== ''}
          value={name}
          maxLength={NAME_CHARS_MAX}
          autocomplete="off"
          spellcheck={false}
          onInput={(e) => setName(e.currentTarget.value)}
        />
        {problem && (
          <p class="problem-words" role="alert">
            {problem}
          </p>
        )}
        <div class="dialog-foot">
          <button type="button" class="plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={name.trim() === '' || busy}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
