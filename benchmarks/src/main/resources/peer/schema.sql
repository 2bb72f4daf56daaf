-- The peer's tables and functions: one round trip for each call.
-- Locks are taken in the order of the seats' index, so two claims can't wait for each other: no other plan is allowed.
ALTER DATABASE peer SET enable_bitmapscan = off;
ALTER DATABASE peer SET enable_seqscan = off;
ALTER DATABASE peer SET plan_cache_mode = force_generic_plan;

CREATE TABLE events (
    event_id              text    COLLATE "C" PRIMARY KEY,
    -- Short, as every seat has it.
    event_no              integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    currency              text    NOT NULL,
    hold_seconds          integer NOT NULL,
    seats_per_booking_max integer NOT NULL
);

-- Half of each page is left free, so that a seat's changes stay in its page and touch no index.
CREATE TABLE seats (
    event_no    integer NOT NULL,
    seat_no     integer NOT NULL,
    ticket_id   text    COLLATE "C" NOT NULL,
    -- A(vailable), R(eserved), S(old). A reserved seat whose hold has run out is as good as available.
    status      "char"  NOT NULL DEFAULT 'A',
    tier_id     text    NOT NULL,
    price_minor bigint  NOT NULL,
    booking_id  uuid,
    expires_at  timestamptz,
    PRIMARY KEY (event_no, ticket_id)
) WITH (fillfactor = 50);

-- A booking's id is the hash of who claimed, where, and under which idempotency key.
CREATE TABLE bookings (
    booking_id  uuid        PRIMARY KEY,
    event_no    integer     NOT NULL,
    event_id    text        NOT NULL,
    user_id     text        NOT NULL,
    status      text        NOT NULL,
    ticket_ids  text[]      NOT NULL,
    tier_ids    text[]      NOT NULL,
    prices      bigint[]    NOT NULL,
    total_minor bigint      NOT NULL,
    currency    text        NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    body_hash   uuid        NOT NULL,
    -- The last call that changed it, and the hash of its body.
    changed_by   uuid,
    changed_body uuid
) WITH (fillfactor = 80);

CREATE FUNCTION claim_seats(
    p_event_id text, p_booking_id uuid, p_user_id text, p_body_hash uuid, p_ticket_ids text[],
    OUT outcome text, OUT refused text[], OUT booking bookings)
LANGUAGE plpgsql AS $$
DECLARE
    event   events;
    unknown text[];
BEGIN
    SELECT * INTO booking FROM bookings WHERE booking_id = p_booking_id;
    IF FOUND THEN
        outcome := CASE WHEN booking.body_hash = p_body_hash THEN 'DONE' ELSE 'IDEMPOTENCY_KEY_REUSED' END;
        RETURN;
    END IF;
    SELECT * INTO event FROM events WHERE event_id = p_event_id;
    IF NOT FOUND THEN
        outcome := 'UNKNOWN_EVENT';
        RETURN;
    END IF;
    IF cardinality(p_ticket_ids) > event.seats_per_booking_max THEN
        outcome := 'TOO_MANY_SEATS';
        RETURN;
    END IF;
    booking.created_at := now();
    booking.expires_at := booking.created_at + event.hold_seconds * interval '1 second';
    WITH held AS (
        UPDATE seats
        SET status = 'R', booking_id = p_booking_id, expires_at = booking.expires_at
        WHERE event_no = event.event_no AND ticket_id = ANY (p_ticket_ids)
          AND (status = 'A' OR status = 'R' AND seats.expires_at <= booking.created_at)
        RETURNING ticket_id, tier_id, price_minor)
    SELECT array_agg(ticket_id), array_agg(tier_id), array_agg(price_minor), sum(price_minor)
    INTO booking.ticket_ids, booking.tier_ids, booking.prices, booking.total_minor
    FROM held;
    IF cardinality(booking.ticket_ids) = cardinality(p_ticket_ids) THEN
        booking.booking_id := p_booking_id;
        booking.event_no := event.event_no;
        booking.event_id := p_event_id;
        booking.user_id := p_user_id;
        booking.status := 'RESERVED';
        booking.currency := event.currency;
        booking.body_hash := p_body_hash;
        INSERT INTO bookings SELECT booking.*;
        outcome := 'DONE';
        RETURN;
    END IF;
    -- Not all could be had. The same call may have had them just now, while this one waited for their locks.
    SELECT array_agg(t) INTO refused
    FROM unnest(p_ticket_ids) t WHERE t <> ALL (coalesce(booking.ticket_ids, '{}'));
    IF booking.ticket_ids IS NULL THEN
        SELECT * INTO booking FROM bookings WHERE booking_id = p_booking_id;
        IF FOUND THEN
            outcome := CASE WHEN booking.body_hash = p_body_hash THEN 'DONE' ELSE 'IDEMPOTENCY_KEY_REUSED' END;
            RETURN;
        END IF;
    END IF;
    SELECT array_agg(t) INTO unknown
    FROM unnest(refused) t
    WHERE NOT EXISTS (SELECT FROM seats WHERE event_no = event.event_no AND ticket_id = t);
    outcome := CASE WHEN unknown IS NULL THEN 'SEAT_TAKEN' ELSE 'UNKNOWN_TICKET' END;
    refused := coalesce(unknown, refused);
    IF booking.ticket_ids IS NOT NULL THEN
        -- Gives back those that were had.
        RAISE EXCEPTION USING ERRCODE = 'MR409', MESSAGE = outcome, DETAIL = array_to_string(refused, ',');
    END IF;
END $$;

CREATE FUNCTION confirm_booking(
    p_booking_id uuid, p_user_id text, p_call uuid, p_body_hash uuid,
    OUT outcome text, OUT refused text[], OUT booking bookings)
LANGUAGE plpgsql AS $$
DECLARE
    sold integer;
BEGIN
    SELECT * INTO booking FROM bookings WHERE booking_id = p_booking_id AND user_id = p_user_id FOR UPDATE;
    IF NOT FOUND THEN
        outcome := 'UNKNOWN_BOOKING';
        RETURN;
    END IF;
    IF booking.changed_by = p_call THEN
        outcome := CASE WHEN booking.changed_body = p_body_hash THEN 'DONE' ELSE 'IDEMPOTENCY_KEY_REUSED' END;
        RETURN;
    END IF;
    IF booking.status <> 'RESERVED' THEN
        outcome := CASE booking.status WHEN 'CONFIRMED' THEN 'DONE' ELSE 'BOOKING_CLOSED' END;
        RETURN;
    END IF;
    IF booking.total_minor > 0 THEN
        outcome := 'PAYMENT_REQUIRED';
        RETURN;
    END IF;
    -- A hold that has run out still counts as long as nobody else took a seat of it.
    UPDATE seats SET status = 'S', expires_at = NULL
    WHERE event_no = booking.event_no AND ticket_id = ANY (booking.ticket_ids)
      AND status = 'R' AND booking_id = p_booking_id;
    GET DIAGNOSTICS sold = ROW_COUNT;
    IF sold < cardinality(booking.ticket_ids) THEN
        RAISE EXCEPTION USING ERRCODE = 'MR409', MESSAGE = 'HOLD_LAPSED';
    END IF;
    UPDATE bookings SET status = 'CONFIRMED', changed_by = p_call, changed_body = p_body_hash
    WHERE booking_id = p_booking_id;
    booking.status := 'CONFIRMED';
    outcome := 'DONE';
END $$;

CREATE FUNCTION cancel_booking(
    p_booking_id uuid, p_user_id text, p_call uuid, p_body_hash uuid,
    OUT outcome text, OUT refused text[], OUT booking bookings)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT * INTO booking FROM bookings WHERE booking_id = p_booking_id AND user_id = p_user_id FOR UPDATE;
    IF NOT FOUND THEN
        outcome := 'UNKNOWN_BOOKING';
        RETURN;
    END IF;
    IF booking.changed_by = p_call THEN
        outcome := CASE WHEN booking.changed_body = p_body_hash THEN 'DONE' ELSE 'IDEMPOTENCY_KEY_REUSED' END;
        RETURN;
    END IF;
    UPDATE seats SET status = 'A', booking_id = NULL, expires_at = NULL
    WHERE event_no = booking.event_no AND ticket_id = ANY (booking.ticket_ids) AND booking_id = p_booking_id;
    UPDATE bookings SET status = 'CANCELLED', changed_by = p_call, changed_body = p_body_hash
    WHERE booking_id = p_booking_id;
    booking.status := 'CANCELLED';
    outcome := 'DONE';
END $$;
