package dev.millrace.standalone.trial;

/** A kind of call, as figures are kept of it. */
public interface CallKind {
    /** Its name in a table. */
    String words();

    boolean isRead();
}
