import { useEffect, useRef, useState } from 'preact/hooks';
import { session } from '../api/session';
import { useObserved } from '../observed';
import { personHref } from '../feed/Face';
import { Link } from '../router';

/** Whoever is signed in, or the way to sign in as one of the demo's people. */
export function Account() {
  useObserved(session);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (e: Event) => {
      if (!box.current?.contains(e.target as Node)) setOpen(false);
    };
    const escape = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', escape);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', escape);
    };
  }, [open]);

  if (!session.current) return <div class="account" />;
  const { user } = session;
  return (
    <div class="account" ref={box}>
      <button
        ref={button}
        type="button"
        class={user ? 'account-button' : 'account-button signed-out'}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {user ? (
          <>
            <span class="initial" aria-hidden="true">
              {user.slice(0, 1)}
            </span>
            <span class="account-name">{user}</span>
          </>
        ) : (
          'Sign in'
        )}
      </button>
      {open && (
        <div class="menu">
          {user ? (
            <>
              <p>Signed in as {user}</p>
              <Link href="/me/bookings">My bookings</Link>
              <Link href={personHref(user)}>My posts and followers</Link>
              <button type="button" onClick={() => void session.signOut().then(() => setOpen(false))}>
                Sign out
              </button>
            </>
          ) : (
            <>
              <p>Try it as one of these people. No password, nothing real.</p>
              <SignInButtons onDone={() => setOpen(false)} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

export function SignInButtons({ onDone }: { onDone?: () => void }) {
  useObserved(session);
  const [problem, setProblem] = useState('');
  const users = session.current?.demoUsers ?? [];
  if (users.length === 0) return <p>This installation has no demo users. Programs sign in with a bearer token.</p>;
  return (
    <div class="people">
      {users.map((user) => (
        <button
          key={user}
          type="button"
          onClick={() => {
            session.signIn(user).then(
              () => onDone?.(),
              () => setProblem('Signing in did not work. Try again in a moment.'),
            );
          }}
        >
          <span class="initial" aria-hidden="true">
            {user.slice(0, 1)}
          </span>
          {user}
        </button>
      ))}
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
