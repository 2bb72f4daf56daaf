/** What the HTTP API answers; money is minor units, times are ISO-8601 in UTC. */

export interface Session {
  user: string | null;
  roles: string[];
  csrfToken: string | null;
  demoUsers: string[];
}

export type SeatCode = 'A' | 'R' | 'S';

export interface Tier {
  tierId: string;
  name: string;
  price: number;
  available: number;
}

export interface Ticket {
  ticketId: string;
  section: string;
  row: string;
  seat: number | string;
  x: number;
  y: number;
  tier: string;
  price: number;
  status: string;
  accessible?: boolean;
}

export interface Venue {
  venueId: string;
  name: string;
  address?: string;
  city?: string;
  capacity?: number;
}

export interface Performer {
  performerId: string;
  name: string;
  description?: string;
}

export interface EventSummary {
  eventId: string;
  title: string;
  description?: string;
  type: string;
  startsAt: string;
  venue?: Venue;
  performer?: Performer | null;
  performers?: Performer[];
  tiers?: Tier[];
  currency?: string;
  available?: number;
  sections?: { sectionId: string; name: string }[];
}

export interface EventDetails extends EventSummary {
  venue: Venue;
  tiers: Tier[];
  currency: string;
  holdSeconds: number;
  seatsPerBookingMax: number;
  definition: number;
  seatMapVersion: number;
  available: number;
  sections: { sectionId: string; name: string }[];
  tickets: Ticket[];
}

export interface SeatMap {
  eventId: string;
  seatMapVersion: number;
  definition: number;
  statuses: string;
  available: number[];
}

export interface Facet {
  value: string;
  count: number;
}

export interface SearchPage {
  items: EventSummary[];
  total: number;
  facets?: Record<string, Facet[]>;
}

export type BookingStatus =
  | 'PENDING'
  | 'REFUSED'
  | 'RESERVED'
  | 'PAYING'
  | 'CAPTURING'
  | 'CONFIRMED'
  | 'LAPSED'
  | 'CANCELLED'
  | 'REFUNDED';

export interface BookedTicket {
  ticketId: string;
  section: string;
  row: string;
  seat: number | string;
  tier: string;
  price: number;
}

export interface Booking {
  bookingId: string;
  eventId: string;
  status: BookingStatus;
  tickets: BookedTicket[];
  total: number;
  currency: string;
  expiresAt: string;
  expiresInMs: number;
  createdAt: string;
  /** Of a refused booking. */
  reason?: string;
  values?: string[];
  expected?: string;
}

export interface Post {
  /** Its order is the order in time. */
  postId: string;
  authorId: string;
  content: string;
  createdAt: string;
  updatedAt?: string;
}

export interface PostPage {
  /** Newest first. */
  items: Post[];
  /** Where the next page begins; absent on the last one. */
  nextCursor?: string;
}

export interface FeedPage extends PostPage {
  /** Of the first page: for what arrives after it. */
  nextSince?: string;
}

/** What arrived since, oldest first. */
export interface Arrivals {
  items: Post[];
  nextSince: string;
  more: boolean;
  hasGap: boolean;
}

export interface Person {
  userId: string;
  name?: string;
  followers: number;
  following: number;
  posts: number;
  followedByMe: boolean;
  blockedByMe: boolean;
  mutedByMe: boolean;
}

export interface PeoplePage {
  items: { userId: string; since: string }[];
  nextCursor?: string;
}

/** application/problem+json. */
export interface Problem {
  title?: string;
  status: number;
  reason: string;
  detail?: string;
  value?: unknown;
  expected?: unknown;
  tickets?: string[];
  /** Of what has the name already. */
  fileId?: string;
  /** Where to follow the changes from, if the cursor was too old. */
  snapshotCursor?: string;
  values?: string[];
}

export type LiveMessage =
  | { type: 'snapshot'; version: number; definition: number; statuses: string; available: number[] }
  | { type: 'changes'; version: number; changes: [number, SeatCode][]; available: number[] }
  | { type: 'redefined'; definition: number };

/** Of `WS /feed/live`; a read that sends a position back includes what the message tells of. */
export type FeedMessage =
  | { type: 'ready'; position: string[] }
  | { type: 'resync'; position: string[] }
  | { type: 'created' | 'edited'; post: Post; position: string[] }
  | { type: 'deleted'; postId: string; position: string[] }
  | { type: 'shown' | 'hidden'; authorId: string; position: string[] };

/** Of `WS /changes/live`; a read that sends a position back includes what the message tells of. */
export type ChangesMessage =
  | { type: 'ready'; position: string[] }
  | { type: 'resync'; position: string[] }
  | { type: 'changed'; namespaceId: string; upTo: number; position: string[] }
  | { type: 'shared' | 'unshared'; share: Share; position: string[] };

/** A file or folder as its folder lists it. */
export interface Entry {
  fileId: string;
  kind: 'file' | 'folder';
  name: string;
  parentId: string;
  status: 'uploading' | 'verifying' | 'completed' | 'rejected' | 'deleted' | 'PENDING';
  /** The newest; absent while there is none. */
  version?: number;
  fileSize?: number;
  mimeType?: string;
  createdBy: string;
  createdAt: string;
  changedAt: string;
  deletedAt?: string;
  /** When what is deleted goes for good. */
  keptUntil?: string;
}

export type Permission = 'read' | 'write';

/** A file or folder asked for by itself. */
export interface EntryDetails extends Entry {
  ownerId: string;
  permissions: Permission[];
  /** Absent where nothing can be fetched. */
  downloadUrl?: string;
}

export interface EntryPage {
  items: Entry[];
  nextCursor?: string;
}

export interface FileVersion {
  version: number;
  fileSize: number;
  createdBy: string;
  createdAt: string;
  deviceId?: string;
  restoredVersion?: number;
}

export interface VersionPage {
  /** Newest first. */
  items: FileVersion[];
  nextCursor?: string;
}

export interface UploadStarted {
  fileId: string;
  uploadId: string;
  partSize: number;
  partCount: number;
  /** Of what is one part. */
  uploadUrl?: string;
  uploadHeaders?: Record<string, string>;
}

export interface UploadState {
  fileId: string;
  uploadId: string;
  partSize: number;
  partCount: number;
  status: 'open' | 'verifying' | 'completed' | 'conflict' | 'rejected' | 'abandoned' | 'PENDING';
  fileSize: number;
  /** That are there. */
  parts: { number: number; size: number }[];
  conflictFileId?: string;
  reason?: string;
}

/** Leave to send one part. */
export interface SignedPart {
  number: number;
  url: string;
  headers: Record<string, string>;
}

/** With somebody, or by a link. */
export interface Share {
  shareId: string;
  fileId: string;
  name: string;
  kind: 'file' | 'folder';
  direction: 'given' | 'received';
  /** Whom it is shared with; of a link there is nobody. */
  userId?: string;
  ownerId?: string;
  shareUrl?: string;
  hasPassword?: boolean;
  permissions: Permission[];
  createdAt: string;
  expiresAt?: string;
}

export interface SharePage {
  items: Share[];
  nextCursor?: string;
}

export interface Usage {
  quotaBytes: number;
  reservedBytes: number;
  liveBytes: number;
  versionBytes: number;
  /** What needn't be stored, as it is there already. */
  dedupSavedBytes?: number;
}

export interface FileChange {
  at: string;
  type: string;
  fileId?: string;
  parentId?: string;
  kind?: 'file' | 'folder';
  name?: string;
  /** Of what it is the beginning or the end. */
  uploadId?: string;
}

export interface ChangePage {
  items: FileChange[];
  nextCursor: string;
  more: boolean;
}
