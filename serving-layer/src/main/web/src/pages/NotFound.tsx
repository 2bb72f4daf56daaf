import { Link } from '../router';
import { useTitle } from '../title';

export function NotFound({ what = 'page' }: { what?: string }) {
  useTitle('Not found');
  return (
    <div class="plain-page">
      <h1>There is no such {what}</h1>
      <p>
        It may have been moved, or the address has a slip in it. <Link href="/tickets">See what is on sale</Link>
      </p>
    </div>
  );
}
