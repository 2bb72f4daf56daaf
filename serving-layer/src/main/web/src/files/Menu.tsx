import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  words: string;
  act(): void;
  danger?: boolean;
}

/** What can be done with something, behind three dots. */
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  // At once: the next key is for the first item.
  useLayoutEffect(() => {
    if (!open) return;
    box.current!.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const outside = (e: Event) => {
      if (!box.current?.contains(e.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);

  function close(): void {
    setOpen(false);
    button.current?.focus({ preventScroll: true });
  }

  function onKeyDown(e: KeyboardEvent): void {
    if (!open) return;
    const all = [...box.current!.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[e.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (e.key === 'Escape') close();
    else if (e.key === 'Tab') return setOpen(false);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  return (
    <div class="dots" ref={box} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true" class="dots-icon">
          <circle cx="4.500" cy="10" r="1.400" />
          <circle cx="10" cy="10" r="1.400" />
          <circle cx="15.500" cy="10" r="1.400" />
        </svg>
      </button>
      {open && (
        <div class="menu dots-menu" role="menu" aria-label={label}>
          {items.map(({ words, act, danger }) => (
            <button
              key={words}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={danger ? 'plain danger-words' : 'plain'}
              onClick={() => {
                close();
                act();
              }}
            >
              {words}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
