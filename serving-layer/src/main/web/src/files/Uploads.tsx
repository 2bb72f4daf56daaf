import { useRef, useState } from 'preact/hooks';
import { bytes, count, percent } from '../format';
import { useObserved } from '../observed';
import { Link } from '../router';
import { folderHref } from './folder';
import { CloseIcon, GoOnIcon, PauseIcon } from './Icons';
import { outgoing } from './outgoing';
import type { Sending } from './sending';

/** Most uploads that are shown one by one. */
const SHOWN_MAX = 50;

/** Files on their way, wherever on the page one is. */
export function Uploads({ user }: { user: string }) {
  useObserved(outgoing);
  const [folded, setFolded] = useState(false);
  const all = outgoing.of(user);
  const { problem } = outgoing;
  if (all.length === 0 && !problem) return null;

  const shown = [...all.filter((one) => !one.isOver), ...all.filter((one) => one.isOver)].slice(0, SHOWN_MAX);
  const over = all.filter((one) => one.isOver);
  const underWay = all.filter((one) => one.isUnderWay || one.state === 'paused');
  const bytesAll = underWay.reduce((sum, { size }) => sum + size, 0);
  const bytesSent = underWay.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return (
    <section class="uploads" aria-labelledby="uploads-title">
      <div class="uploads-head">
        <h2 id="uploads-title">{headline(all, underWay.length)}</h2>
        {underWay.length > 1 && <span class="quiet">{percent(bytesAll > 0 ? bytesSent / bytesAll : 0)}</span>}
        {over.length > 0 && (
          <button type="button" class="plain" onClick={() => outgoing.dismiss(...over)}>
            Clear
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-expanded={!folded}
          aria-label={folded ? 'Show the uploads' : 'Fold the uploads'}
          onClick={() => setFolded(!folded)}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d={folded ? 'm5 12 5-5 5 5' : 'm5 8 5 5 5-5'} />
          </svg>
        </button>
      </div>
      {underWay.length > 1 && <Bar label="All uploads" part={bytesAll > 0 ? bytesSent / bytesAll : 0} />}
      {problem && (
        <p class="problem-words" role="alert">
          {problem}
        </p>
      )}
      {!folded && (
        <ul class="uploads-list">
          {shown.map((one) => (
            <Upload key={one.key} sending={one} />
          ))}
          {all.length > shown.length && <li class="upload-words">and {count(all.length - shown.length)} more</li>}
        </ul>
      )}
      <p class="visually-hidden" role="status">
        {over.length > 0 && `${count(over.length)} uploaded.`}
      </p>
    </section>
  );
}

function headline(all: Sending[], underWay: number): string {
  if (underWay > 0) return underWay === 1 ? 'Uploading 1 file' : `Uploading ${count(underWay)} files`;
  if (all.some(({ state }) => state === 'interrupted')) return 'Uploads to go on with';
  if (all.some(({ state }) => state === 'failed')) return 'Not everything was uploaded';
  return all.some(({ state }) => state === 'verifying') ? 'Uploaded, being checked' : 'Uploaded';
}

function Bar({ label, part }: { label: string; part: number }) {
  return (
    <progress class="bar" aria-label={label} max={1} value={part} aria-valuetext={percent(part)} />
  );
}

function Upload({ sending }: { sending: Sending }) {
  const { state, name, size, sentBytes, target, problem } = sending;
  const moving = state === 'waiting' || state === 'sending' || state === 'paused' || state === 'interrupted';
  const sent = Math.min(sentBytes, size);
  return (
    <li class="upload" data-state={state}>
      <div class="upload-line">
        <Link href={folderHref(target.folderId)} class="upload-name">
          {name}
        </Link>
        {state === 'sending' && (
          <button type="button" class="icon-button" aria-label={`Pause ${name}`} onClick={() => sending.pause()}>
            <PauseIcon />
          </button>
        )}
        {state === 'paused' && (
          <button type="button" class="icon-button" aria-label={`Go on with ${name}`} onClick={() => sending.wait()}>
            <GoOnIcon />
          </button>
        )}
        {state === 'failed' && (
          <button type="button" class="plain" aria-label={`Try ${name} again`} onClick={() => sending.wait()}>
            Try again
          </button>
        )}
        {moving || state === 'failed' ? (
          <button
            type="button"
            class="icon-button"
            aria-label={`Cancel ${name}`}
            onClick={() => void sending.cancel()}
          >
            <CloseIcon />
          </button>
        ) : (
          <button
            type="button"
            class="icon-button"
            aria-label={`Hide ${name}`}
            onClick={() => outgoing.dismiss(sending)}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      {moving && <Bar label={name} part={size > 0 ? sent / size : 0} />}
      <p class="upload-words">{words(sending)}</p>
      {state === 'interrupted' && <ChooseAgain sending={sending} />}
      {problem && (
        <p class="problem-words" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

function words({ state, sentBytes, size, isNewVersion, copyName, target }: Sending): string {
  const sent = `${bytes(Math.min(sentBytes, size))} of ${bytes(size)}`;
  switch (state) {
    case 'waiting':
      return `Waiting, ${bytes(size)}`;
    case 'sending':
      return sent;
    case 'paused':
      return `Paused at ${sent}`;
    case 'interrupted':
      return `${sent} is there. Choose the file again to go on.`;
    case 'verifying':
      return 'All of it is there, and is being checked.';
    case 'done':
      if (copyName) return `Somebody else changed it meanwhile: yours is “${copyName}”.`;
      if (target.over) return `There, as a new version of “${target.over.name}”.`;
      return isNewVersion ? 'There, as a new version.' : 'There.';
    case 'failed':
    case 'cancelled':
      return '';
  }
}

function ChooseAgain({ sending }: { sending: Sending }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="choose-again" onClick={() => input.current!.click()}>
        Choose the file
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={`Choose ${sending.name} again`}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0];
          if (file) sending.choose(file);
          e.currentTarget.value = '';
        }}
      />
    </>
  );
}
