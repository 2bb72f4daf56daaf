package dev.millrace.tickets.standalone.onsale;

/** Roles and servers that can be killed while a sale goes on. */
public enum Breakable {
    streams("streams-"),
    broker("kafka"),
    ingest("ingest"),
    serving("serving"),
    outbound("outbound"),
    postgres("postgres");

    private final String child;

    Breakable(String child) {
        this.child = child;
    }

    /** Whether this is the name of one of its processes. */
    boolean names(String process) {
        return process.startsWith(child);
    }
}
