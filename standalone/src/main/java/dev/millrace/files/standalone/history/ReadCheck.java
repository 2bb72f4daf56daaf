package dev.millrace.files.standalone.history;

import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Ids;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds what people were shown of a namespace against what was theirs, or shared with them then or up to a minute
 * before: so long an owner's word is believed at most. And the bytes against the version's.
 */
final class ReadCheck {
    private static final long BELIEVED_MILLIS = 60_000;

    private final Namespace in;
    private final Contradictions found;
    private final Shared shared = new Shared();

    ReadCheck(Namespace in, Contradictions found) {
        this.in = in;
        this.found = found;
    }

    /** @param facts of this namespace, and so are the reads */
    void check(List<NamespaceFact> facts, List<FileRead> reads) {
        reads.forEach(this::checkContent);
        List<FileRead> left = new ArrayList<>(reads);
        left.removeIf(read -> read.user().equals(in.owner()));
        for (int i = 0; i < facts.size(); i++) {
            shared.take(facts.get(i));
            long from = facts.get(i).getAtMillis();
            long until = i + 1 < facts.size() ? facts.get(i + 1).getAtMillis() : Long.MAX_VALUE;
            left.removeIf(
                    read -> from <= read.toMillis() && read.fromMillis() - BELIEVED_MILLIS <= until && mayRead(read));
        }
        left.forEach(read -> found.add(read + " was a forbidden read: neither it nor a folder above it was shared"));
    }

    private boolean mayRead(FileRead read) {
        return shared.has(
                Namespace.local(read.fileId()),
                share -> share.getUserId().equals(read.user()) && isInForce(share, read));
    }

    private static boolean isInForce(Share share, FileRead read) {
        return share.getExpiresAtMillis() == 0 || share.getExpiresAtMillis() + BELIEVED_MILLIS >= read.fromMillis();
    }

    private void checkContent(FileRead read) {
        if (read.version() == 0) {
            return;
        }
        if (read.fromMillis() - BELIEVED_MILLIS > in.goneAtMillis(read.fileId(), read.version())) {
            found.add(read + " was shown, and it had gone for good");
        }
        Version version = in.version(read.fileId(), read.version());
        String right = version == null ? "no such version" : Ids.hex(version.getSha256());
        boolean bytesToo = read.fetched().isEmpty() || read.fetched().equals(right);
        if (!read.contentHash().equals(right) || !bytesToo) {
            found.add(read + " was shown as SHA-256 " + read.contentHash() + ", fetched as " + read.fetched()
                    + ": wrong bytes (expected: " + right + ")");
        }
    }
}
