package dev.millrace.standalone;

/** Why something didn't start, in words for the person at the keyboard. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param what the server, role or condition that failed */
    public StartFailure(String what, String why) {
        super(what + ": " + why);
    }
}
