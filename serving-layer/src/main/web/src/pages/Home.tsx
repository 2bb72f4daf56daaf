import { useEffect, useRef, useState } from 'preact/hooks';
import { read } from '../api/client';
import type { EventDetails, EventSummary, SearchPage } from '../api/types';
import { count } from '../format';
import { Link } from '../router';
import { Camera } from '../seats/camera';
import { layOut } from '../seats/layout';
import { Painter } from '../seats/painter';
import { readPalette } from '../seats/palette';
import { useTitle } from '../title';
import { EventRows } from './EventRows';

export function HomePage() {
  useTitle('');
  const [events, setEvents] = useState<EventSummary[] | null>(null);
  const [featured, setFeatured] = useState<EventDetails | null>(null);

  useEffect(() => {
    let gone = false;
    void (async () => {
      const found = await read<SearchPage>('/events/search?sort=date&pageSize=5').catch(() => null);
      if (gone) return;
      setEvents(found?.items ?? []);
      const largest = [...(found?.items ?? [])].sort((a, b) => (b.available ?? 0) - (a.available ?? 0))[0];
      if (!largest) return;
      const event = await read<EventDetails>(`/events/${encodeURIComponent(largest.eventId)}`).catch(() => null);
      if (!gone) setFeatured(event);
    })();
    return () => {
      gone = true;
    };
  }, []);

  return (
    <div class="home">
      <section class="hero" aria-labelledby="hero-title">
        <div class="hero-words">
          <h1 id="hero-title">Every seat is sold once.</h1>
          <p>
            Choose yours on a map that changes as others choose theirs. What you hold is held for you alone, until you
            confirm it or the time is up.
          </p>
          <Link href="/tickets" class="primary button">
            See what is on
          </Link>
        </div>
        {featured ? (
          <Link href={`/tickets/${encodeURIComponent(featured.eventId)}`} class="hero-plan">
            <PlanPicture event={featured} />
            <span class="hero-caption">
              <strong>{featured.title}</strong>
              <span>
                {count(featured.available)} of {count(featured.tickets.length)} seats free at {featured.venue.name}
              </span>
            </span>
          </Link>
        ) : (
          <div class="hero-plan" aria-hidden="true" />
        )}
      </section>
      <section class="home-events" aria-labelledby="next-title">
        <h2 id="next-title">Next on</h2>
        {events && <EventRows events={events} />}
        {events?.length === 0 && <p class="quiet">Nothing is on sale yet.</p>}
      </section>
      <section class="products" aria-labelledby="products-title">
        <h2 id="products-title">What runs on Millrace</h2>
        <dl>
          <div>
            <dt>
              <Link href="/tickets">Tickets</Link>
            </dt>
            <dd>Seats for concerts, sport and theatre. Open.</dd>
          </div>
          <div>
            <dt>
              <Link href="/feed">Feed</Link>
            </dt>
            <dd>What the people you follow post, in order and at once. Open.</dd>
          </div>
          <div>
            <dt>
              <Link href="/files">Files</Link>
            </dt>
            <dd>Files of any size, and every version of them. Open.</dd>
          </div>
        </dl>
        <p class="quiet">
          For programs: <a href="/docs">the HTTP API</a>
        </p>
      </section>
    </div>
  );
}

/** The whole venue, seat by seat, as it is now. */
function PlanPicture({ event }: { event: EventDetails }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const layout = layOut(event);
    const looks = Uint8Array.from(event.tickets, (t) => (t.status[0] === 'S' ? 2 : t.status[0] === 'R' ? 1 : 0));
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const paint = () => {
      const dpr = Math.min(devicePixelRatio || 1, 3);
      element.width = element.clientWidth * dpr;
      element.height = element.clientHeight * dpr;
      const camera = new Camera();
      camera.resize(element.clientWidth, element.clientHeight);
      camera.fit(layout);
      const palette = { ...readPalette(element), paper: getComputedStyle(document.body).backgroundColor };
      new Painter().paint(element.getContext('2d')!, camera, { layout, looks, onlyTier: -1, bare: true }, palette, dpr);
    };
    const resizing = new ResizeObserver(paint);
    resizing.observe(element);
    dark.addEventListener('change', paint);
    return () => {
      resizing.disconnect();
      dark.removeEventListener('change', paint);
    };
  }, [event]);
  return <canvas ref={canvas} aria-hidden="true" />;
}
