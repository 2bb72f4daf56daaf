import { useEffect, useState } from 'preact/hooks';
import type { Share } from '../api/types';
import { Link } from '../router';
import { useTitle } from '../title';
import { endShare } from './calls';
import { allShares } from './allShares';
import { changesOf } from './changes';
import { KindIcon } from './Icons';
import { why } from './reasons';
import { reread } from './reread';
import { rights } from './Sharing';

/** What others share with one, and what one shares with others. */
export function SharedView({ user }: { user: string }) {
  useTitle('Shared');
  const [all, setAll] = useState<Share[] | null>(null);
  const [problem, setProblem] = useState('');

  async function tell(what: () => Promise<unknown>): Promise<void> {
    setProblem('');
    try {
      await what();
      setAll(await allShares());
    } catch (e) {
      setProblem(why(e));
    }
  }

  useEffect(() => {
    const load = () => void allShares().then(setAll, (e: unknown) => setProblem(why(e)));
    load();
    const unread = reread(load);
    const unlisten = changesOf(user).listen(load);
    return () => {
      unread();
      unlisten();
    };
  }, [user]);

  return (
    <>
      <div class="files-head">
        <h1>Shared</h1>
      </div>
      {problem && (
        <p class="trouble" role="alert">
          {problem}
        </p>
      )}
      <Shares
        id="with-you"
        title="With you"
        none="Nobody shares anything with you."
        shares={all?.filter(({ direction }) => direction === 'received')}
        words={(one) => `${one.ownerId}’s; you ${rights(one)}`}
        end="Leave"
        onEnd={(one) => void tell(() => endShare(one.shareId))}
      />
      <Shares
        id="by-you"
        title="By you"
        none="You share nothing."
        shares={all?.filter(({ direction }) => direction === 'given')}
        words={(one) => `${one.userId ?? holder(one)} ${rights(one)}`}
        end="End"
        onEnd={(one) => void tell(() => endShare(one.shareId))}
      />
    </>
  );
}

function holder({ hasPassword }: Share): string {
  return hasPassword ? 'Whoever has the link and its password' : 'Whoever has the link';
}

interface SharesProps {
  id: string;
  title: string;
  none: string;
  /** Nobody knows yet. */
  shares: Share[] | undefined;
  words(one: Share): string;
  end: string;
  onEnd(one: Share): void;
}

function Shares({ id, title, none, shares, words, end, onEnd }: SharesProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="files-title">
        {title}
      </h2>
      {shares?.length === 0 && <p class="quiet">{none}</p>}
      {shares && shares.length > 0 && (
        <ul class="entries">
          {shares.map((one) => (
            <li key={one.shareId} class="entry shared">
              <KindIcon kind={one.kind} />
              <span class="shared-words">
                <Link href={`/files/${one.fileId}`} class="entry-name">
                  {one.name}
                </Link>
                <span class="quiet">{words(one)}</span>
              </span>
              <button
                type="button"
                class="plain"
                aria-label={`${end}: ${one.name}, ${words(one)}`}
                onClick={() => onEnd(one)}
              >
                {end}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
