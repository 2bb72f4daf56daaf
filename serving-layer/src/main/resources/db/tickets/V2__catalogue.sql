-- The catalogue, for search. Venue and performers of an event are as they were when it was defined.
CREATE TABLE tickets.venues (
    venue_id  text             PRIMARY KEY,
    version   bigint           NOT NULL,
    name      text             NOT NULL,
    address   text             NOT NULL,
    city      text             NOT NULL,
    latitude  double precision NOT NULL,
    longitude double precision NOT NULL,
    capacity  integer          NOT NULL
);

CREATE TABLE tickets.performers (
    performer_id text   PRIMARY KEY,
    version      bigint NOT NULL,
    name         text   NOT NULL,
    description  text   NOT NULL,
    image        text   NOT NULL
);

CREATE TABLE tickets.events (
    event_id    text             PRIMARY KEY,
    definition  bigint           NOT NULL,
    title       text             NOT NULL,
    description text             NOT NULL,
    type        text             NOT NULL,
    starts_at   timestamptz      NOT NULL,
    image       text             NOT NULL,
    venue_id    text             NOT NULL,
    venue_name  text             NOT NULL,
    city        text             NOT NULL,
    latitude    double precision NOT NULL,
    longitude   double precision NOT NULL,
    currency    text             NOT NULL,
    price_min   bigint           NOT NULL,
    price_max   bigint           NOT NULL,
    seats       integer          NOT NULL,
    -- Title and performers weigh most, then venue and city, then the description.
    document    tsvector         NOT NULL
);

CREATE INDEX events_by_word ON tickets.events USING gin (document);
CREATE INDEX events_by_start ON tickets.events (starts_at, event_id);
CREATE INDEX events_by_city ON tickets.events (lower(city));
CREATE INDEX events_by_place ON tickets.events (latitude, longitude);

CREATE TABLE tickets.event_performers (
    event_id     text    NOT NULL REFERENCES tickets.events ON DELETE CASCADE,
    place        integer NOT NULL,
    performer_id text    NOT NULL,
    name         text    NOT NULL,
    PRIMARY KEY (event_id, place)
);

CREATE INDEX events_of_performer ON tickets.event_performers (performer_id);

CREATE TABLE tickets.event_tiers (
    event_id    text    NOT NULL REFERENCES tickets.events ON DELETE CASCADE,
    place       integer NOT NULL,
    tier_id     text    NOT NULL,
    name        text    NOT NULL,
    price_minor bigint  NOT NULL,
    PRIMARY KEY (event_id, place)
);
