package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Ids;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A namespace step by step, as its facts have it, and what about a step can't be: slow and obvious, and it keeps
 * everything, what is gone for good too, as somebody may have been shown it before.
 */
final class Namespace {
    private static final ByteString ROOT = ByteString.copyFrom(new byte[16]);
    private static final Set<UploadStatus> UNDER_WAY = Set.of(UploadStatus.UPLOAD_OPEN, UploadStatus.UPLOAD_VERIFYING);

    private final String id;
    private final String owner;
    private final Contradictions found;
    private final Rights rights;
    /** Every state that a node, share or upload was in, by its id as the API writes it. */
    private final Map<String, List<Node>> nodes = new LinkedHashMap<>();

    private final Map<String, List<Share>> shares = new HashMap<>();
    private final Map<String, List<Upload>> uploads = new LinkedHashMap<>();
    private final Map<String, NavigableMap<Long, Version>> versions = new LinkedHashMap<>();
    /** When each went, in ms since 1970. */
    private final Map<StoredVersion, Long> gone = new LinkedHashMap<>();

    private final Map<Name, String> names = new HashMap<>();
    private final Map<StoredVersion, Long> winners = new HashMap<>();
    private final Purges purges;
    private NamespaceFact last = NamespaceFact.getDefaultInstance();
    private long keptBytes;
    private long liveBytes;
    private long reservedBytes;

    /** What there may be once in a folder. */
    private record Name(ByteString folder, String folded) {
        static Name of(Node node) {
            String upper = normalised(node.getName()).toUpperCase(Locale.ROOT);
            return new Name(node.getParentId(), normalised(upper.toLowerCase(Locale.ROOT)));
        }

        private static String normalised(String name) {
            return Normalizer.normalize(name, Normalizer.Form.NFC);
        }
    }

    Namespace(String id, String owner, Contradictions found) {
        this.id = id;
        this.owner = owner;
        this.found = found;
        this.rights = new Rights(owner);
        this.purges = new Purges(found);
    }

    void take(NamespaceFact fact) {
        String step = id + " step " + fact.getSequence() + " (" + fact.getKind() + ")";
        checkOrder(step, fact);
        checkRight(step, fact);
        purges.check(step, fact);
        switch (fact.getKind()) {
            case CHANGE_VERSION_COMMITTED -> commit(step, text(fact.getUpload().getNodeId()), fact.getVersion());
            case CHANGE_VERSION_RESTORED -> restore(step, text(fact.getNodes(0).getNodeId()), fact.getVersion());
            case CHANGE_VERSION_CONFLICTED -> copy(step, fact);
            default -> {
                // No other step makes a version.
            }
        }
        name(step, fact.getNodesList());
        fact.getNodesList().forEach(node -> keep(step, node));
        fact.getSharesList().forEach(share -> add(shares, share.getShareId(), share));
        if (fact.hasUpload()) {
            keep(step, fact.getUpload());
        }
        purge(step, fact);
        checkUsage(step, fact.getUsage());
    }

    private void purge(String step, NamespaceFact fact) {
        if (fact.getPurgedVersionsCount() > 0) {
            Node of = fact.hasPurgedNode() ? fact.getPurgedNode() : fact.getNodes(0);
            String file = text(of.getNodeId());
            long newest = newest(file).getVersion();
            for (Version version : fact.getPurgedVersionsList()) {
                if (!version.equals(version(file, version.getNumber()))
                        || gone.putIfAbsent(new StoredVersion(file, version.getNumber()), fact.getAtMillis()) != null) {
                    found.add(step + " purges version " + version.getNumber() + " of " + file
                            + ", which is something else or gone");
                }
                if (!fact.hasPurgedNode() && version.getNumber() == newest) {
                    found.add(step + " purges version " + newest + " of " + file + ", the newest");
                }
                keptBytes -= version.getSizeBytes();
                liveBytes -= version.getNumber() == newest ? version.getSizeBytes() : 0;
            }
        }
        purges.take(fact);
    }

    private void checkOrder(String step, NamespaceFact fact) {
        if (fact.getSequence() != last.getSequence() + 1) {
            found.add(step + " comes after step " + last.getSequence() + ": a gap, or a step twice");
        }
        boolean first = last.getSequence() == 0;
        if (!first && fact.getPosition().getOffset() <= last.getPosition().getOffset()) {
            found.add(step + " is of a command before that of the step before it");
        }
        if (fact.getAtMillis() < last.getAtMillis()) {
            found.add(step + " is earlier than the step before it");
        }
        boolean ours = fact.getOwnerId().isEmpty() || fact.getOwnerId().equals(owner);
        if (!ours || !fact.getNamespaceId().equals(id)) {
            found.add(step + " is of " + fact.getNamespaceId() + " of " + fact.getOwnerId() + " (expected: of " + owner
                    + ")");
        }
        last = fact;
    }

    private void checkRight(String step, NamespaceFact fact) {
        Node before = fact.getNodesCount() == 0
                ? Node.getDefaultInstance()
                : newest(text(fact.getNodes(0).getNodeId()));
        if (!rights.allow(fact, before)) {
            found.add(step + " was done by \"" + fact.getUserId() + "\", who had no right to");
        }
        rights.take(fact);
    }

    private void commit(String step, String file, Version version) {
        Long winner = winners.putIfAbsent(new StoredVersion(file, version.getBaseVersion()), version.getNumber());
        if (winner != null) {
            found.add(step + " makes version " + version.getNumber() + " of " + file + " from version "
                    + version.getBaseVersion() + ", as version " + winner + " is: two winners");
        }
        if (version.getBaseVersion() != newest(file).getVersion()) {
            found.add(step + " makes a version of " + file + " from version " + version.getBaseVersion()
                    + " (expected: from " + newest(file).getVersion() + ", the newest)");
        }
        keep(step, file, version);
    }

    private void restore(String step, String file, Version again) {
        Version old = gone.containsKey(new StoredVersion(file, again.getRestoredVersion()))
                ? null
                : version(file, again.getRestoredVersion());
        if (old == null || !old.getSha256().equals(again.getSha256()) || old.getSizeBytes() != again.getSizeBytes()) {
            found.add(step + " restores version " + again.getRestoredVersion() + " of " + file + " as something else");
        }
        commit(step, file, again);
    }

    /** Of whoever lost: nobody loses who is first, or who says the same. */
    private void copy(String step, NamespaceFact fact) {
        Version version = fact.getVersion();
        String copy = text(fact.getUpload().getConflictNodeId());
        Node original = newest(text(fact.getUpload().getNodeId()));
        if (original.getVersion() == version.getBaseVersion()
                || original.getSha256().equals(version.getSha256())) {
            found.add(step + " is no conflict: " + text(original.getNodeId()) + " is at version "
                    + original.getVersion() + ", which was edited, or has that content");
        }
        if (nodes.containsKey(copy)) {
            found.add(step + " makes a copy that is there already: " + copy);
        }
        keep(step, copy, version);
    }

    private void keep(String step, String file, Version version) {
        NavigableMap<Long, Version> before = versions.computeIfAbsent(file, f -> new TreeMap<>());
        long next = before.size() + 1L;
        if (version.getNumber() != next) {
            found.add(step + " makes version " + version.getNumber() + " of " + file + " (expected: " + next + ")");
        }
        before.put(version.getNumber(), version);
        keptBytes += version.getSizeBytes();
    }

    private void name(String step, List<Node> changed) {
        for (Node node : changed) {
            String fileId = text(node.getNodeId());
            names.remove(Name.of(newest(fileId)), fileId);
        }
        for (Node node : changed) {
            boolean named = node.getStatus() != NodeStatus.NODE_DELETED && node.getStatus() != NodeStatus.NODE_REJECTED;
            String holder = named ? names.putIfAbsent(Name.of(node), text(node.getNodeId())) : null;
            if (holder != null) {
                found.add(step + " calls " + text(node.getNodeId()) + " \"" + node.getName() + "\", a name twice: "
                        + holder + " has it in that folder");
            }
        }
    }

    private void keep(String step, Node node) {
        String fileId = text(node.getNodeId());
        liveBytes += node.getSizeBytes() - newest(fileId).getSizeBytes();
        NavigableMap<Long, Version> there = versions.getOrDefault(fileId, new TreeMap<>());
        Version newest = there.getOrDefault((long) there.size(), Version.getDefaultInstance());
        if (node.getVersion() != newest.getNumber()
                || !node.getSha256().equals(newest.getSha256())
                || node.getSizeBytes() != newest.getSizeBytes()) {
            found.add(step + " leaves " + fileId + " at version " + node.getVersion() + ", SHA-256 "
                    + Ids.hex(node.getSha256()) + " (expected: " + newest.getNumber() + ", "
                    + Ids.hex(newest.getSha256()) + ")");
        }
        add(nodes, node.getNodeId(), node);
    }

    private void keep(String step, Upload upload) {
        Upload before = upload(text(upload.getUploadId()));
        if (before != null && !UNDER_WAY.contains(before.getStatus())) {
            found.add(
                    step + " is of upload " + text(upload.getUploadId()) + ", which has ended: " + before.getStatus());
        }
        reservedBytes += reserved(upload) - (before == null ? 0 : reserved(before));
        add(uploads, upload.getUploadId(), upload);
    }

    private static long reserved(Upload upload) {
        return UNDER_WAY.contains(upload.getStatus()) ? upload.getSizeBytes() : 0;
    }

    private void checkUsage(String step, Usage said) {
        String right = text(reservedBytes, liveBytes, keptBytes - liveBytes);
        String actual = text(said.getReservedBytes(), said.getLiveBytes(), said.getVersionBytes());
        if (!actual.equals(right)) {
            found.add(step + " counts " + actual + " (expected: " + right + ")");
        }
    }

    private static String text(long reserved, long live, long older) {
        return reserved + " bytes reserved, " + live + " live, " + older + " of older versions";
    }

    private <T> void add(Map<String, List<T>> states, ByteString localId, T state) {
        states.computeIfAbsent(text(localId), i -> new ArrayList<>()).add(state);
    }

    /** An id as the API writes it. */
    String text(ByteString localId) {
        return id + "." + Ids.hex(localId);
    }

    /** The other way round. */
    static ByteString local(String id) {
        return ByteString.copyFrom(HexFormat.of().parseHex(id.substring(id.indexOf('.') + 1)));
    }

    /** Id of the folder that everything else is in. */
    String root() {
        return text(ROOT);
    }

    String owner() {
        return owner;
    }

    private Node newest(String fileId) {
        List<Node> states = nodes(fileId);
        return states.isEmpty() ? Node.getDefaultInstance() : states.get(states.size() - 1);
    }

    /** All states it was in. */
    List<Node> nodes(String fileId) {
        return nodes.getOrDefault(fileId, List.of());
    }

    List<Share> shares(String shareId) {
        return shares.getOrDefault(shareId, List.of());
    }

    List<Upload> uploads(String uploadId) {
        return uploads.getOrDefault(uploadId, List.of());
    }

    /** Null if there never was one. It may be gone. */
    @Nullable Version version(String fileId, long number) {
        return versions.getOrDefault(fileId, new TreeMap<>()).get(number);
    }

    /** When it went for good, in ms since 1970; far in the future if it is there. */
    long goneAtMillis(String fileId, long number) {
        return gone.getOrDefault(new StoredVersion(fileId, number), Long.MAX_VALUE);
    }

    /** As it is at last. */
    @Nullable Upload upload(String uploadId) {
        List<Upload> states = uploads(uploadId);
        return states.isEmpty() ? null : states.get(states.size() - 1);
    }

    /** Ids of uploads that are all there and still have to be verified. */
    List<String> verifying() {
        return uploads.values().stream()
                .map(states -> states.get(states.size() - 1))
                .filter(upload -> upload.getStatus() == UploadStatus.UPLOAD_VERIFYING)
                .map(upload -> text(upload.getUploadId()))
                .toList();
    }

    NamespaceEnd end() {
        List<StoredVersion> stored = new ArrayList<>();
        versions.forEach(
                (fileId, all) -> all.keySet().forEach(number -> stored.add(new StoredVersion(fileId, number))));
        stored.removeIf(version -> gone.containsKey(version) || purges.isPurged(newest(version.fileId())));
        List<String> deleted = nodes.keySet().stream()
                .filter(fileId -> canBeRestored(newest(fileId)) && !purges.isPurged(newest(fileId)))
                .toList();
        List<String> going = nodes.keySet().stream()
                // Its end waits for what is uploaded to it.
                .filter(fileId ->
                        purges.isGoing(newest(fileId)) && newest(fileId).getUploads() == 0)
                .toList();
        return new NamespaceEnd(last.getSequence(), deleted, going, stored, List.copyOf(gone.keySet()));
    }

    /** A file without a version is one whose upload came to nothing. */
    private static boolean canBeRestored(Node node) {
        return node.getStatus() == NodeStatus.NODE_DELETED && (node.getFolder() || node.getVersion() != 0);
    }
}
