package dev.millrace.serving;

/**
 * Somebody's live socket. What is sent goes out in order; whoever sends asks {@link #isSlow} first, so that nothing piles
 * up for somebody who doesn't read.
 */
public interface LiveConnection {
    /** Whose it is. */
    String user();

    /** Which of the user's devices has it; empty if the token it was opened with names none. */
    String device();

    boolean isClosed();

    /** Whether more would only pile up: it takes nothing in for now, or for good. */
    boolean isSlow();

    /** There is room again after {@link #isSlow}. */
    void whenRoom(Runnable handler);

    void send(String text);

    /** The server can't go on with it; the client may come again at once. */
    void goAway();

    /** There is no room for it now. */
    void turnAway(String why);

    /** The client has no business here any more. */
    void expel(String why);
}
