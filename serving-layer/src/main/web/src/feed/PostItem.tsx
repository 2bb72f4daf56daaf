import { useEffect, useRef, useState } from 'preact/hooks';
import { ago, shortDateTime } from '../format';
import { Link } from '../router';
import { Face, personHref } from './Face';
import type { Posts, Shown } from './posts';
import { Text } from './Text';
import { Writing } from './Writing';

/** Longer posts are folded. */
const FOLD_CHARS = 900;
const FOLD_LINES = 14;

interface PostItemProps {
  shown: Shown;
  list: Posts;
  mine: boolean;
  place: number;
  now: number;
}

export function PostItem({ shown, list, mine, place, now }: PostItemProps) {
  const { post, doing, problem } = shown;
  const [writing, setWriting] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const open = writing !== null || sure;
  const wasOpen = useRef(false);
  const nameId = `by-${shown.key}`;
  const textId = `says-${shown.key}`;

  useEffect(() => {
    // Whoever closes what was opened goes on from there, with the keyboard too.
    if (wasOpen.current && !open) edit.current?.focus({ preventScroll: true });
    wasOpen.current = open;
  }, [open]);

  return (
    <article
      class="post"
      data-post={post.postId}
      data-doing={doing}
      tabIndex={0}
      aria-labelledby={nameId}
      aria-describedby={textId}
      aria-posinset={place}
      aria-setsize={-1}
    >
      <Link href={personHref(post.authorId)} class="post-face" second>
        <Face userId={post.authorId} />
      </Link>
      <div class="post-body">
        <p class="post-head">
          <Link href={personHref(post.authorId)} class="post-author" id={nameId}>
            {post.authorId}
          </Link>
          <time dateTime={post.createdAt} title={shortDateTime(post.createdAt)}>
            {ago(post.createdAt, now)}
          </time>
          {post.updatedAt && <span title={shortDateTime(post.updatedAt)}>edited</span>}
          {doing && <span role="status">{doing === 'posting' ? 'Posting…' : 'Saving…'}</span>}
        </p>
        {mine && !doing && writing === null && !problem && !sure && (
          <div class="post-actions">
            <button type="button" class="plain" ref={edit} onClick={() => setWriting(post.content)}>
              Edit
            </button>
            <button type="button" class="plain" onClick={() => setSure(true)}>
              Delete
            </button>
          </div>
        )}
        {writing === null ? (
          <Content id={textId} content={post.content} />
        ) : (
          <Writing
            label="Your post"
            value={writing}
            action="Save"
            focus
            onInput={setWriting}
            onCancel={() => setWriting(null)}
            onDone={(text) => {
              setWriting(null);
              if (text !== post.content) void list.edit(shown, text);
            }}
          />
        )}
        {problem && (
          <div class="trouble" role="alert">
            <p>{problem}</p>
            {shown.draft !== undefined && (
              <button
                type="button"
                onClick={() => {
                  setWriting(shown.draft!);
                  list.dismiss(post.postId);
                }}
              >
                Edit again
              </button>
            )}
            <button type="button" class="plain" onClick={() => list.dismiss(post.postId)}>
              Close
            </button>
          </div>
        )}
        {sure && (
          <Sure
            onKeep={() => setSure(false)}
            onDelete={(from) => {
              focusNext(from);
              void list.remove(shown);
            }}
          />
        )}
      </div>
    </article>
  );
}

function Sure({ onKeep, onDelete }: { onKeep(): void; onDelete(from: Element): void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current!.focus({ preventScroll: true }), []);
  return (
    <div class="sure" role="group" aria-label="Delete this post?">
      <p>Delete this post for good?</p>
      <button type="button" class="danger" onClick={(e) => onDelete(e.currentTarget)}>
        Delete post
      </button>
      <button type="button" class="plain" ref={keep} onClick={onKeep}>
        Keep
      </button>
    </div>
  );
}

/** The post goes, and the keyboard with it, unless it goes on to the next. */
function focusNext(from: Element): void {
  const post = from.closest('.post');
  const next = post?.nextElementSibling ?? post?.previousElementSibling;
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

function Content({ id, content }: { id: string; content: string }) {
  const long = content.length > FOLD_CHARS || content.split('\n', FOLD_LINES + 1).length > FOLD_LINES;
  const [open, setOpen] = useState(false);
  return (
    <>
      <p class={long && !open ? 'post-text folded' : 'post-text'} id={id}>
        <Text content={content} />
      </p>
      {long && (
        <button type="button" class="plain unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show all'}
        </button>
      )}
    </>
  );
}
