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

/** application/problem+json. */
export interface Problem {
  title?: string;
  status: number;
  reason: string;
  detail?: string;
  value?: unknown;
  expected?: unknown;
  tickets?: string[];
  values?: string[];
}

export type LiveMessage =
  | { type: 'snapshot'; version: number; definition: number; statuses: string; available: number[] }
  | { type: 'changes'; version: number; changes: [number, SeatCode][]; available: number[] }
  | { type: 'redefined'; definition: number };
