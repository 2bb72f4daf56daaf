import { useEffect, useRef, useState } from 'preact/hooks';
import { useObserved } from '../observed';
import { PostItem } from './PostItem';
import type { Posts } from './posts';
import { Unmoved } from './Unmoved';

const TICK_MS = 30_000;

interface PostListProps {
  list: Posts;
  label: string;
  me: string;
  onFocus?: (postId: string) => void;
}

/** Posts newest first; older ones come as the end comes near. */
export function PostList({ list, label, me, onFocus }: PostListProps) {
  useObserved(list);
  const now = useNow();
  return (
    <>
      <Unmoved>
        <div
          class="posts"
          role="feed"
          aria-label={label}
          aria-busy={list.loading}
          onKeyDown={walk}
          onFocusCapture={(e) => {
            const post = (e.target as Element).closest<HTMLElement>('.post');
            if (post) onFocus?.(post.dataset.post!);
          }}
        >
          {list.shown.map((shown, i) => (
            <PostItem
              key={shown.key}
              shown={shown}
              list={list}
              mine={shown.post.authorId === me}
              place={i + 1}
              now={now}
            />
          ))}
        </div>
      </Unmoved>
      <Older list={list} />
    </>
  );
}

/** Page Down and Page Up go from post to post, as in any feed. */
function walk(e: KeyboardEvent): void {
  if (e.key !== 'PageDown' && e.key !== 'PageUp') return;
  const at = e.target as Element;
  if (at.closest('textarea')) return;
  const from = at.closest('.post');
  const post = e.key === 'PageDown' ? from?.nextElementSibling : from?.previousElementSibling;
  if (!(post instanceof HTMLElement)) return;
  e.preventDefault();
  post.focus({ preventScroll: true });
  post.scrollIntoView({ block: 'nearest' });
}

function Older({ list }: { list: Posts }) {
  const end = useRef<HTMLDivElement>(null);
  const { hasOlder, loading, problem } = list;
  const count = list.shown.length;

  useEffect(() => {
    if (!hasOlder || loading || problem) return;
    const near = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void list.loadOlder();
      },
      { rootMargin: '0px 0px 1000px' },
    );
    near.observe(end.current!);
    return () => near.disconnect();
  }, [hasOlder, loading, problem, count]);

  return (
    <div class="older" ref={end}>
      {problem ? (
        <div class="trouble" role="alert">
          <p>{problem}</p>
          <button type="button" onClick={() => void (list.loaded ? list.loadOlder() : list.loadFirst())}>
            Try again
          </button>
        </div>
      ) : loading ? (
        <p class="quiet" role="status">
          {list.loaded ? 'Older posts are coming' : 'Loading'}
        </p>
      ) : (
        list.loaded && !hasOlder && count > 0 && <p class="quiet">That’s all, from the very first post on.</p>
      )}
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
