package dev.millrace.files.standalone.history;

import java.util.List;

/**
 * What there is to look at once more in a namespace when nothing is under way any more.
 *
 * @param sequence of its last step
 * @param deleted ids of what can be brought back: folders, and files that have a version
 * @param going ids of what its owner let go, and that is still there
 * @param versions that there are, of files that can be had
 * @param gone versions that went for good
 */
public record NamespaceEnd(
        long sequence,
        List<String> deleted,
        List<String> going,
        List<StoredVersion> versions,
        List<StoredVersion> gone) {
    public NamespaceEnd {
        deleted = List.copyOf(deleted);
        going = List.copyOf(going);
        versions = List.copyOf(versions);
        gone = List.copyOf(gone);
    }

    /** A version that must be there. */
    public record StoredVersion(String fileId, long number) {}
}
