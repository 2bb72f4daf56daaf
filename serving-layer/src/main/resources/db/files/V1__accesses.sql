-- Who was given a URL of a file's content and who fetched it: a row for each access, as its facts together tell it. Zero
-- and empty are none, as in the facts.
CREATE TABLE files.accesses (
    access_id   bytea       PRIMARY KEY,
    file_id     text        COLLATE "C" NOT NULL,
    -- Number of AccessKind: of an access that has ended, the end's.
    kind        integer     NOT NULL,
    version     bigint      NOT NULL,
    user_id     text        NOT NULL,
    device_id   text        NOT NULL,
    -- When the URL was given out, or the access began.
    at          timestamptz NOT NULL,
    -- Of a URL: until when it is good.
    expires_at  timestamptz NOT NULL,
    first_byte  bigint      NOT NULL,
    asked_bytes bigint      NOT NULL,
    sent_bytes  bigint      NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX accesses_of_file ON files.accesses (file_id, at DESC, access_id DESC);
-- What is too old goes.
CREATE INDEX accesses_by_age ON files.accesses (at);
