package dev.millrace.files.serving.edge;

/** What is in the bucket isn't what its name or its place says: no byte of it is given out. */
sealed class ContentDamaged extends RuntimeException permits ContentMissing {
    ContentDamaged(String why) {
        super(why);
    }

    ContentDamaged(String why, Throwable cause) {
        super(why, cause);
    }
}
