import { Component } from 'preact';
import type { Entry } from '../api/types';
import { bytes, moment, shortDateTime } from '../format';
import { Link } from '../router';
import { beginDrag, endDrag } from './drops';
import { folderHref } from './folder';
import { KindIcon } from './Icons';
import { Menu, type MenuItem } from './Menu';

export type Doing = 'details' | 'download' | 'share' | 'rename' | 'move' | 'remove';

interface EntryRowProps {
  entry: Entry;
  writable: boolean;
  own: boolean;
  onDo(what: Doing, entry: Entry): void;
}

const STATUS: Partial<Record<Entry['status'], string>> = {
  uploading: 'Uploading',
  verifying: 'Being checked',
};

/** One line of a folder; drawn again only if it changes, as there may be thousands. */
export class EntryRow extends Component<EntryRowProps> {
  override shouldComponentUpdate({ entry, writable, own }: EntryRowProps): boolean {
    return entry !== this.props.entry || writable !== this.props.writable || own !== this.props.own;
  }

  override render({ entry, writable, onDo }: EntryRowProps) {
    const isFolder = entry.kind === 'folder';
    const status = STATUS[entry.status];
    return (
      <li
        class="entry"
        data-entry={entry.fileId}
        data-status={entry.status}
        data-drop={isFolder && writable ? entry.fileId : undefined}
        data-drop-name={isFolder ? `“${entry.name}”` : undefined}
        draggable={writable}
        onDragStart={(e) => beginDrag(e, entry)}
        onDragEnd={endDrag}
      >
        <KindIcon kind={entry.kind} />
        {isFolder ? (
          <Link href={folderHref(entry.fileId)} class="entry-name">
            {entry.name}
          </Link>
        ) : (
          <button type="button" class="entry-name" onClick={() => onDo('details', entry)}>
            {entry.name}
          </button>
        )}
        <span class="entry-about">
          {status && <span class="entry-status">{status}</span>}
          {entry.fileSize !== undefined && <span class="entry-size">{bytes(entry.fileSize)}</span>}
          <time class="entry-time" dateTime={entry.changedAt} title={shortDateTime(entry.changedAt)}>
            {moment(entry.changedAt)}
          </time>
        </span>
        <Menu label={`Do something with ${entry.name}`} items={this.items()} />
      </li>
    );
  }

  private items(): MenuItem[] {
    const { entry, writable, own, onDo } = this.props;
    const one = (words: string, what: Doing, danger = false) => ({ words, danger, act: () => onDo(what, entry) });
    const items: MenuItem[] = [];
    if (entry.kind === 'file') {
      if (entry.version !== undefined) items.push(one('Download', 'download'));
      items.push(one('Versions and details', 'details'));
    }
    if (own) items.push(one('Share', 'share'));
    if (writable) items.push(one('Rename', 'rename'), one('Move', 'move'), one('Delete', 'remove', true));
    if (items.length === 0) items.push(one('Details', 'details'));
    return items;
  }
}
