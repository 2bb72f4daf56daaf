package dev.millrace.files.topics.content;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Objects of the bucket by their keys. Asking blocks. */
public interface StoredObjects {
    /** A whole object, which is a small one; empty if there is none. */
    Optional<byte[]> find(String key) throws IOException;

    /** How many bytes an object has; empty if there is none. */
    OptionalLong bytes(String key) throws IOException;
}
