package dev.millrace.files.standalone.history;

import java.util.List;

/**
 * A namespace's whole feed of changes, as its user was told them.
 *
 * @param atLeast how many there were for certain
 */
public record ChangesRead(String user, long atLeast, List<Long> sequences) {
    public ChangesRead {
        sequences = List.copyOf(sequences);
    }
}
