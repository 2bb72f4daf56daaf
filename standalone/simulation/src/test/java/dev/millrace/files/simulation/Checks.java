package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.rules.NamespaceChecks;
import dev.millrace.files.simulation.Bucket.Copy;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** What was sent and what was acknowledged, remembered apart from all that is checked. */
final class Checks {
    private static final int FACTS_BETWEEN_WHOLE_CHECKS = 4;

    private final Bucket bucket;
    private final Map<FileId, Sent> sent = new HashMap<>();
    private final Set<FileId> ended = new HashSet<>();
    /** Versions by file and number. */
    private final Map<FileId, TreeMap<Long, Kept>> acknowledged = new LinkedHashMap<>();

    private final Set<Copy> deleted = new HashSet<>();
    final Map<ChangeKind, Integer> happened = new EnumMap<>(ChangeKind.class);
    private int facts;

    /**
     * An upload as its sender means it.
     *
     * @param honest or its sender hasn't what it declares
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Sent(byte[] content, long base, boolean honest) {}

    /** An acknowledged version. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Kept(byte[] content, ManifestRef manifest, List<Copy> copies) {}

    Checks(Bucket bucket) {
        this.bucket = bucket;
    }

    void sends(FileId upload, byte[] content, long base, boolean honest) {
        sent.put(upload, new Sent(content, base, honest));
    }

    void happened(Owner owner, NamespaceFact fact) {
        happened.merge(fact.getKind(), 1, Integer::sum);
        FileId upload = owner.id(fact.getUpload().getUploadId().isEmpty() ? FileIds.ROOT : uploadOf(fact));
        if (fact.getKind() == ChangeKind.CHANGE_UPLOAD_STARTED) {
            // It may have been forgotten, and have come again.
            ended.remove(upload);
        }
        boolean over = fact.hasUpload()
                && fact.getUpload().getStatus() != UploadStatus.UPLOAD_OPEN
                && fact.getUpload().getStatus() != UploadStatus.UPLOAD_VERIFYING
                && fact.getUpload().getStatus() != UploadStatus.UPLOAD_FORGOTTEN;
        if (over) {
            expect(ended.add(upload), "an upload ended twice", fact);
        }
        if (fact.hasVersion()) {
            version(owner, fact);
        } else if (fact.getKind() == ChangeKind.CHANGE_VERSION_UNCHANGED) {
            byte[] kept = kept(
                            owner.id(fact.getNodes(0).getNodeId()),
                            fact.getUpload().getVersion())
                    .content();
            expect(Arrays.equals(kept, sent(upload).content()), "it isn't what was sent", fact);
        } else if (fact.getKind() == ChangeKind.CHANGE_UPLOAD_REJECTED) {
            expect(!sent(upload).honest(), "what was sent as it was declared is rejected", fact);
        }
        purge(owner, fact);
        if (facts++ % FACTS_BETWEEN_WHOLE_CHECKS == 0) {
            whole(owner);
        }
    }

    private void purge(Owner owner, NamespaceFact fact) {
        boolean asked = fact.getKind() == ChangeKind.CHANGE_PURGE_STARTED
                || fact.getKind() == ChangeKind.CHANGE_TRASH_EMPTIED
                || fact.getKind() == ChangeKind.CHANGE_VERSION_PURGED;
        expect(!asked || fact.getUserId().equals(owner.user), "somebody else's is gone for good", fact);
        boolean whole = fact.hasPurgedNode();
        expect(!whole || fact.getPurgedNode().getPurgeAtMillis() <= fact.getAtMillis(), "purged before its time", fact);
        for (Version version : fact.getPurgedVersionsList()) {
            FileId file = owner.id((whole ? fact.getPurgedNode() : fact.getNodes(0)).getNodeId());
            expect(whole || version.getNumber() < newest(file), "the newest version is gone", fact);
            expect(versions(file).remove(version.getNumber()) != null, "what wasn't there is gone", fact);
        }
    }

    private static ByteString uploadOf(NamespaceFact fact) {
        return fact.getUpload().getUploadId();
    }

    private void version(Owner owner, NamespaceFact fact) {
        Node node = fact.getNodes(0);
        FileId file = owner.id(node.getNodeId());
        Version version = fact.getVersion();
        long last = newest(file);
        byte[] content;
        if (fact.getKind() == ChangeKind.CHANGE_VERSION_RESTORED) {
            content = kept(file, version.getRestoredVersion()).content();
        } else {
            Upload upload = fact.getUpload();
            Sent made = sent(owner.id(upload.getUploadId()));
            expect(made.honest(), "knowing a hash opened what it is of", fact);
            content = made.content();
            long edited = newest(owner.id(upload.getNodeId()));
            boolean conflict = fact.getKind() == ChangeKind.CHANGE_VERSION_CONFLICTED;
            expect(
                    conflict != (made.base() == edited),
                    "the version edited was " + made.base() + " of " + edited,
                    fact);
            expect(!conflict || (last == 0 && !node.getNodeId().equals(upload.getNodeId())), "no copy", fact);
            // Whoever edits what was deleted, or a folder above it, wins.
            expect(!owner.place(owner.user, node.getNodeId()).deleted(), "an edit is deleted", fact);
        }
        expect(version.getNumber() == last + 1, "version " + version.getNumber() + " follows " + last, fact);
        Kept kept = new Kept(content, version.getManifest(), bucket.copies(version.getManifest()));
        versions(file).put(version.getNumber(), kept);
        expect(kept.copies().stream().noneMatch(deleted::contains), "a version names what was deleted", fact);
        read(kept);
    }

    private Sent sent(FileId upload) {
        Sent one = sent.get(upload);
        if (one == null) {
            throw new Broken("nobody sent " + upload);
        }
        return one;
    }

    private NavigableMap<Long, Kept> versions(FileId file) {
        return acknowledged.computeIfAbsent(file, first -> new TreeMap<>());
    }

    private long newest(FileId file) {
        NavigableMap<Long, Kept> versions = versions(file);
        return versions.isEmpty() ? 0 : versions.lastKey();
    }

    private Kept kept(FileId file, long number) {
        Kept kept = versions(file).get(number);
        if (kept == null) {
            throw new Broken("version " + number + " of " + file + " was never acknowledged");
        }
        return kept;
    }

    /** A version as somebody reads it. */
    byte[] read(FileId file, long number) {
        return read(kept(file, number));
    }

    private byte[] read(Kept kept) {
        byte[] content = bucket.content(kept.manifest());
        if (!Arrays.equals(content, kept.content())) {
            throw new Broken("a version isn't what was sent");
        }
        return content;
    }

    /** Some version, as often as it is asked for. */
    void readOne(Random random) {
        List<Kept> all = all();
        if (!all.isEmpty()) {
            read(all.get(random.nextInt(all.size())));
        }
    }

    void readAll() {
        all().forEach(this::read);
    }

    List<Kept> all() {
        List<Kept> all = new ArrayList<>();
        acknowledged.values().forEach(versions -> all.addAll(versions.values()));
        return all;
    }

    /** Whatever some version is made of. */
    Set<Copy> named() {
        Set<Copy> named = new HashSet<>();
        all().forEach(kept -> named.addAll(kept.copies()));
        return named;
    }

    /** It is said, and for good. */
    void deleted(Copy copy) {
        deleted.add(copy);
        if (all().stream().anyMatch(kept -> kept.copies().contains(copy))) {
            throw new Broken("lost: " + copy);
        }
    }

    void whole(Owner owner) {
        try {
            NamespaceChecks.assertNamesAreUnique(owner.book());
            NamespaceChecks.assertTreeHasNoCycle(owner.book());
            NamespaceChecks.assertQuotaIsWhatIsKept(owner.book());
        } catch (AssertionError e) {
            throw new Broken("the namespace of " + owner.user + ": " + e.getMessage());
        }
    }

    private static void expect(boolean right, String otherwise, NamespaceFact fact) {
        if (!right) {
            throw new Broken(otherwise + ": " + fact.getKind() + " in step " + fact.getSequence());
        }
    }
}
