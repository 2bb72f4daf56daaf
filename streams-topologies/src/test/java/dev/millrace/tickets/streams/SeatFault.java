package dev.millrace.tickets.streams;

/** A bug that an owner of seats could have. Each shows now and then only, as bugs do. */
public enum SeatFault {
    /** None: the same process without a bug. */
    NONE,
    /** A seat that is taken is now and then given away again. */
    SKIPPED_CHECK,
    /** Claims are decided on rows as they were some claims ago. */
    STALE_STATE,
    /** Decided, answered and kept, but the fact never reaches the log. */
    LOST_FACT,
    /** A fact reaches the log twice. */
    DOUBLED_FACT,
    /** Who asks again for the outcome of a hold is told another one. */
    OTHER_ANSWER;
}
