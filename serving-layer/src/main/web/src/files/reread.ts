const REREAD_MS = 8000;

/**
 * Nobody tells of what becomes of what is others’, but for its sharing: it is read again while somebody looks. Returns
 * how to end that.
 */
export function reread(read: () => void): () => void {
  const timer = setInterval(() => !document.hidden && read(), REREAD_MS);
  return () => clearInterval(timer);
}
