export function FolderIcon() {
  return (
    <svg viewBox="0 0 24 24" class="entry-icon entry-folder" aria-hidden="true">
      <path d="M3 7.500A1.500 1.500 0 0 1 4.500 6h4.600l2 2.250h8.400A1.500 1.500 0 0 1 21 9.750v8.250a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 18z" />
    </svg>
  );
}

export function FileIcon() {
  return (
    <svg viewBox="0 0 24 24" class="entry-icon" aria-hidden="true">
      <path d="M6 3.500h8l4.500 4.500v12a.500.500 0 0 1-.500.500H6a.500.500 0 0 1-.500-.500V4a.500.500 0 0 1 .500-.500zM14 3.500V8h4.500" />
    </svg>
  );
}

export function LinkIcon() {
  return (
    <svg viewBox="0 0 24 24" class="entry-icon" aria-hidden="true">
      <path d="M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1" />
    </svg>
  );
}

export function KindIcon({ kind }: { kind: 'file' | 'folder' }) {
  return kind === 'folder' ? <FolderIcon /> : <FileIcon />;
}

export function CloseIcon() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="m6 6 8 8M14 6l-8 8" />
    </svg>
  );
}

export function PauseIcon() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M7.500 5.500v9M12.500 5.500v9" />
    </svg>
  );
}

export function GoOnIcon() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="m7.500 5.500 6 4.500-6 4.500z" />
    </svg>
  );
}
