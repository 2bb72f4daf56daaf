package dev.millrace.files.gc;

/** What an event made of a copy, and what follows from it. */
public record ChunkStep(ChunkLife life, Outcome outcome) {
    /** What follows. */
    public enum Outcome {
        NOTHING,
        /** The upload may name this copy. */
        HIT,
        /** The upload stores the chunk again. */
        MISS,
        CONDEMNED,
        REVIVED,
        /** A fact is written, and only after it the bytes go. */
        DELETED
    }
}
