-- The ledger: every booking as the last fact left it.
CREATE TABLE tickets.bookings (
    -- Compared byte by byte, as our own code does.
    booking_id       text        COLLATE "C" PRIMARY KEY,
    event_id         text        NOT NULL,
    user_id          text        NOT NULL,
    status           text        NOT NULL,
    total_minor      bigint      NOT NULL,
    currency         text        NOT NULL,
    expires_at       timestamptz NOT NULL,
    created_at       timestamptz NOT NULL,
    changed_at       timestamptz NOT NULL,
    seat_map_version bigint      NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX bookings_of_user ON tickets.bookings (user_id, created_at DESC, booking_id DESC);

CREATE TABLE tickets.booking_seats (
    booking_id  text    COLLATE "C" NOT NULL REFERENCES tickets.bookings,
    -- Order within the booking.
    place       integer NOT NULL,
    event_id    text    NOT NULL,
    ticket_id   text    NOT NULL,
    seat_index  integer NOT NULL,
    tier_id     text    NOT NULL,
    price_minor bigint  NOT NULL,
    -- Held or sold; false once the booking lapsed, was cancelled or refunded.
    live        boolean NOT NULL,
    PRIMARY KEY (booking_id, ticket_id)
) WITH (fillfactor = 80);

-- The last guard: whatever goes wrong above, a seat is in one live booking.
CREATE UNIQUE INDEX seat_sold_once ON tickets.booking_seats (event_id, ticket_id) WHERE live;

-- What search shows and sorts by. Counted by the ledger's projector.
CREATE TABLE tickets.event_demand (
    event_id   text   PRIMARY KEY,
    -- Seats in live bookings.
    taken      bigint NOT NULL,
    -- Seats ever held.
    popularity bigint NOT NULL
) WITH (fillfactor = 50);
