import type { ComponentChildren } from 'preact';

const ADDRESS = /\bhttps?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;

/** A post's text as it was written; web addresses in it are links. */
export function Text({ content }: { content: string }) {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const { 0: address, index } of content.matchAll(ADDRESS)) {
    parts.push(
      content.slice(from, index),
      <a href={address} rel="nofollow noopener noreferrer" target="_blank">
        {address.replace(/^https?:\/\//, '')}
      </a>,
    );
    from = index + address.length;
  }
  return (
    <>
      {parts}
      {content.slice(from)}
    </>
  );
}
