import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ROOT } from '../files/calls';
import { BookingsPage } from '../pages/Bookings';
import { EventPage } from '../pages/EventPage';
import { EventsPage } from '../pages/Events';
import { FeedPage } from '../pages/FeedPage';
import { FilesPage } from '../pages/FilesPage';
import { HomePage } from '../pages/Home';
import { LinkPage } from '../pages/LinkPage';
import { NotFound } from '../pages/NotFound';
import { PersonPage } from '../pages/PersonPage';
import { Link, useRoute } from '../router';
import { Mishap } from './Mishap';
import { Account } from './SignIn';

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const path = route.path.replace(/\/+$/, '') || '/';

  useLayoutEffect(() => route.shown(), [route.path, route.query]);

  useEffect(() => {
    // After a change of page the reader starts at its top, not where the link was; unless it knows better.
    const settled = main.current?.contains(document.activeElement);
    if (!first.current && !settled) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="top">
        <Link href="/" class="wordmark">
          <Wheel />
          Millrace
        </Link>
        <nav aria-label="Main">
          <Link href="/tickets" current={path.startsWith('/tickets')}>
            Tickets
          </Link>
          <Link href="/feed" current={path === '/feed' || path.startsWith('/people/')}>
            Feed
          </Link>
          <Link href="/files" current={path.startsWith('/files')}>
            Files
          </Link>
          <Link href="/me/bookings" current={path.startsWith('/me')}>
            My bookings
          </Link>
        </nav>
        <Account />
      </header>
      <main id="main" ref={main} tabIndex={-1} class={path.startsWith('/tickets/') ? 'main-event' : 'main-page'}>
        <Mishap key={path}>{page(path)}</Mishap>
      </main>
    </>
  );
}

function page(path: string) {
  if (path === '/') return <HomePage />;
  if (path === '/tickets') return <EventsPage />;
  if (path === '/me/bookings') return <BookingsPage />;
  if (path === '/feed') return <FeedPage />;
  const folder = /^\/files(?:\/([^/]+))?$/.exec(path);
  if (folder) return <FilesPage folderId={folder[1] ?? ROOT} />;
  const link = /^\/links\/([^/]+)$/.exec(path);
  if (link) return <LinkPage key={link[1]} token={link[1]!} />;
  const person = /^\/people\/([^/]+)$/.exec(path);
  if (person) return <PersonPage key={person[1]} userId={decodeURIComponent(person[1]!)} />;
  const event = /^\/tickets\/([^/]+)$/.exec(path);
  if (event) return <EventPage key={event[1]} eventId={decodeURIComponent(event[1]!)} />;
  return <NotFound />;
}

/** A mill's wheel. */
function Wheel() {
  return (
    <svg class="wheel" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="6" />
      <path d="M12 6V1.5M12 22.5V18M6 12H1.5M22.5 12H18M7.8 7.8 4.6 4.6M19.4 19.4l-3.2-3.2M7.8 16.2l-3.2 3.2M19.4 4.6l-3.2 3.2" />
    </svg>
  );
}
