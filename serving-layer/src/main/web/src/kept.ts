import { router } from './router';

/** Most pages whose content is kept for coming back to. */
const KEPT_MAX = 8;

const pages = new Map<string, unknown>();

/** What a page had when it was left, for whoever goes back to it; made anew otherwise. */
export function kept<T>(key: string, make: () => T): T {
  const value = router.returned && pages.has(key) ? (pages.get(key) as T) : make();
  pages.delete(key);
  pages.set(key, value);
  if (pages.size > KEPT_MAX) pages.delete(pages.keys().next().value!);
  return value;
}
