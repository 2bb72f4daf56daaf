import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { count } from '../format';
import { CONTENT_CHARS_MAX } from './calls';

/** From here on it is said how many characters are left. */
const NEAR_THE_END = 500;

interface WritingProps {
  label: string;
  placeholder?: string;
  value: string;
  action: string;
  /** Takes the keyboard when it appears. */
  focus?: boolean;
  onInput(value: string): void;
  onDone(value: string): void;
  onCancel?: () => void;
}

function isReady(text: string): boolean {
  return text.trim() !== '' && text.length <= CONTENT_CHARS_MAX;
}

/** A box to write a post in, which grows with it and says how much room is left. */
export function Writing({ label, placeholder, value, action, focus, onInput, onDone, onCancel }: WritingProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const left = CONTENT_CHARS_MAX - value.length;
  const ready = isReady(value);

  /** Whoever types fast sends what is in the box, which may be more than was shown last. */
  function done(): void {
    const text = box.current!.value;
    if (isReady(text)) onDone(text);
  }

  useLayoutEffect(() => {
    const element = box.current!;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [value]);

  useEffect(() => {
    if (!focus) return;
    box.current!.focus();
    box.current!.setSelectionRange(value.length, value.length);
  }, []);

  return (
    <form
      class="writing"
      onSubmit={(e) => {
        e.preventDefault();
        done();
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
          e.preventDefault();
          done();
        } else if (e.key === 'Escape' && onCancel) {
          e.stopPropagation();
          onCancel();
        }
      }}
    >
      <textarea
        ref={box}
        rows={2}
        aria-label={label}
        aria-invalid={left < 0}
        placeholder={placeholder}
        value={value}
        onInput={(e) => onInput(e.currentTarget.value)}
      />
      <div class="writing-foot">
        <p class="writing-left" data-over={left < 0} role="status">
          {left < 0 ? `${count(-left)} too many` : left <= NEAR_THE_END ? `${count(left)} left` : ''}
        </p>
        <p class="writing-count" aria-hidden="true">
          {value && left > NEAR_THE_END ? `${count(value.length)} of ${count(CONTENT_CHARS_MAX)}` : ''}
        </p>
        {onCancel && (
          <button type="button" class="plain" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" class="primary" disabled={!ready}>
          {action}
        </button>
      </div>
    </form>
  );
}
