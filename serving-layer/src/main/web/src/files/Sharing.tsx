import { useEffect, useState } from 'preact/hooks';
import type { Entry, Permission, Share } from '../api/types';
import { Face } from '../feed/Face';
import { shortDate } from '../format';
import { endShare, makeLink, share } from './calls';
import { Dialog } from './Dialog';
import { LinkIcon } from './Icons';
import { why } from './reasons';
import { allShares } from './allShares';

const DAY_MS = 86_400_000;
const ID_CHARS_MAX = 128;
const PASSWORD_CHARS_MAX = 128;

/** Who else has this, and by what link anybody gets at it. */
export function Sharing({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const [given, setGiven] = useState<Share[]>([]);
  const [problem, setProblem] = useState('');
  const [said, setSaid] = useState('');
  const people = given.filter(({ userId }) => userId !== undefined);
  const links = given.filter(({ shareUrl }) => shareUrl !== undefined);

  async function tell(what: () => Promise<string>): Promise<boolean> {
    setProblem('');
    setSaid('');
    try {
      const words = await what();
      const all = await allShares();
      setGiven(all.filter(({ fileId, direction }) => fileId === entry.fileId && direction === 'given'));
      setSaid(words);
      return true;
    } catch (e) {
      setProblem(why(e));
      return false;
    }
  }

  const end = (one: Share, words: string) =>
    void tell(async () => {
      await endShare(one.shareId);
      return words;
    });

  useEffect(() => void tell(async () => ''), [entry.fileId]);

  return (
    <Dialog title={`Share “${entry.name}”`} wide onClose={onClose}>
      <h3>With people</h3>
      <WithSomebody
        onShare={(userId, permissions, days) =>
          tell(async () => {
            await share(entry.fileId, userId, permissions, days > 0 ? inDays(days) : undefined);
            return `Shared with ${userId}.`;
          })
        }
      />
      <ul class="shares">
        {people.map((one) => (
          <li key={one.shareId} class="share">
            <Face userId={one.userId!} />
            <span class="share-words">
              <span class="cut">{one.userId}</span>
              <span class="quiet">{rights(one)}</span>
            </span>
            <button
              type="button"
              class="plain"
              aria-label={`End the share with ${one.userId}`}
              onClick={() => end(one, `No longer shared with ${one.userId}.`)}
            >
              End
            </button>
          </li>
        ))}
      </ul>
      <h3>By link</h3>
      <ByLink
        onMake={(days, password) =>
          tell(async () => {
            await makeLink(entry.fileId, inDays(days), password || undefined);
            return 'The link is made.';
          })
        }
      />
      <ul class="shares">
        {links.map((one) => (
          <li key={one.shareId} class="share">
            <LinkIcon />
            <span class="share-words">
              <span>{one.hasPassword ? 'Link with a password' : 'Link for anybody who has it'}</span>
              <span class="quiet">until {shortDate(one.expiresAt!)}</span>
            </span>
            <CopyLink href={new URL(one.shareUrl!, location.href).href} onProblem={setProblem} />
            <button type="button" class="plain" aria-label="End this link" onClick={() => end(one, 'The link has ended.')}>
              End
            </button>
          </li>
        ))}
      </ul>
      <p class="quiet" role="status">
        {said}
      </p>
      {problem && (
        <p class="problem-words" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

export function rights({ permissions, expiresAt }: Share): string {
  const what = permissions.includes('write') ? 'can read and change it' : 'can read it';
  return expiresAt ? `${what}, until ${shortDate(expiresAt)}` : what;
}

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}

interface WithSomebodyProps {
  onShare(userId: string, permissions: Permission[], days: number): Promise<boolean>;
}

function WithSomebody({ onShare }: WithSomebodyProps) {
  const [userId, setUserId] = useState('');
  const [writes, setWrites] = useState(false);
  const [days, setDays] = useState(0);
  return (
    <form
      class="share-form"
      onSubmit={(e) => {
        e.preventDefault();
        const whom = userId.trim();
        if (whom) void onShare(whom, writes ? ['read', 'write'] : ['read'], days).then((done) => done && setUserId(''));
      }}
    >
      <input
        class="text-input"
        aria-label="Whom, by their id"
        placeholder="Their id"
        value={userId}
        maxLength={ID_CHARS_MAX}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(e) => setUserId(e.currentTarget.value)}
      />
      <select aria-label="What they can do" onChange={(e) => setWrites(e.currentTarget.value === 'write')}>
        <option value="read">can read</option>
        <option value="write">can change</option>
      </select>
      <select aria-label="For how long" onChange={(e) => setDays(Number(e.currentTarget.value))}>
        <option value="0">until ended</option>
        <option value="1">for a day</option>
        <option value="7">for a week</option>
        <option value="30">for 30 days</option>
      </select>
      <button type="submit" class="primary" disabled={userId.trim() === ''}>
        Share
      </button>
    </form>
  );
}

function ByLink({ onMake }: { onMake(days: number, password: string): Promise<boolean> }) {
  const [days, setDays] = useState(7);
  const [password, setPassword] = useState('');
  return (
    <form
      class="share-form"
      onSubmit={(e) => {
        e.preventDefault();
        void onMake(days, password).then((done) => done && setPassword(''));
      }}
    >
      <input
        class="text-input"
        type="password"
        aria-label="Password of the link, if it is to have one"
        placeholder="Password, if you like"
        value={password}
        maxLength={PASSWORD_CHARS_MAX}
        autocomplete="new-password"
        onInput={(e) => setPassword(e.currentTarget.value)}
      />
      <select aria-label="How long the link lasts" value={days} onChange={(e) => setDays(Number(e.currentTarget.value))}>
        <option value="1">for a day</option>
        <option value="7">for a week</option>
        <option value="30">for 30 days</option>
      </select>
      <button type="submit">Make a link</button>
    </form>
  );
}

function CopyLink({ href, onProblem }: { href: string; onProblem(words: string): void }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      onClick={() =>
        navigator.clipboard.writeText(href).then(
          () => setCopied(true),
          () => onProblem(`It couldn’t be copied. The link is ${href}`),
        )
      }
    >
      {copied ? 'Copied' : 'Copy link'}
    </button>
  );
}
