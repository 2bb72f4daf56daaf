package dev.millrace.files.standalone.history;

import java.util.List;

/**
 * What there is to look at once more in a namespace when nothing is under way any more.
 *
 * @param sequence of its last step
 * @param deleted ids of what can be brought back: folders, and files that have a version
 */
public record NamespaceEnd(long sequence, List<String> deleted, List<StoredVersion> versions) {
    public NamespaceEnd {
        deleted = List.copyOf(deleted);
        versions = List.copyOf(versions);
    }

    /** A version that must be there. */
    public record StoredVersion(String fileId, long number) {}
}
