package dev.millrace.files.standalone.history;

import java.util.Map;
import java.util.Optional;

/** The bucket that holds files' bytes, as it is now. Asking blocks. */
public interface Bucket {
    /** All objects whose keys begin so, by the rest of their keys. */
    Map<String, Stored> list(String prefix);

    /** A whole object; empty if there is none. */
    Optional<byte[]> read(String key);

    /** What is listed of an object. */
    record Stored(long bytes, long writtenAtMillis) {}
}
