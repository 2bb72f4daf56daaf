package dev.millrace.files.simulation;

/** What must be so isn't. */
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String what) {
        super(what);
    }
}
