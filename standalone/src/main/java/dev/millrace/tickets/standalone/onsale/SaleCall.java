package dev.millrace.tickets.standalone.onsale;

import dev.millrace.standalone.trial.CallKind;

/** Kinds of calls in a sale. */
enum SaleCall implements CallKind {
    HOLD("holds", false),
    CONFIRM("confirms", false),
    CANCEL("cancels", false),
    OWN_BOOKING("own bookings", true),
    MAP("seat maps", true),
    EVENT("events", true);

    private final String words;
    private final boolean read;

    SaleCall(String words, boolean read) {
        this.words = words;
        this.read = read;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public boolean isRead() {
        return read;
    }
}
