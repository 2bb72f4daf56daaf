-- Where each projector is in its topics. Advanced by compare-and-set in the transaction that writes its rows.
CREATE TABLE spine.projector_offsets (
    projector       text        NOT NULL,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    next_offset     bigint      NOT NULL,
    -- Newest command whose facts are in, as in the header Millrace-Position.
    position_log    text,
    position_offset bigint      NOT NULL DEFAULT -1,
    advanced_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (projector, topic, partition)
) WITH (fillfactor = 50);
