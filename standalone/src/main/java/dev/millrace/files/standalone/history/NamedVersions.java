package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Versions of all namespaces and their manifests, those that there are and those that there were. */
final class NamedVersions {
    /** Of an upload that is given no chunk any more. */
    private static final Set<UploadStatus> OVER = EnumSet.of(
            UploadStatus.UPLOAD_COMPLETED,
            UploadStatus.UPLOAD_CONFLICT,
            UploadStatus.UPLOAD_REJECTED,
            UploadStatus.UPLOAD_ABANDONED);

    private final Map<Key, String> now = new HashMap<>();
    /** By manifest: some version that was made of it. */
    private final Map<String, String> ever = new TreeMap<>();

    private long changedAtMillis;

    private record Key(String namespace, ByteString node, long number) {
        @Override
        public String toString() {
            return "version " + number + " of " + namespace + "." + Hash.hex(node);
        }
    }

    /** Facts of a namespace come in their order. */
    void take(NamespaceFact fact) {
        if (fact.hasVersion()) {
            add(new Key(fact.getNamespaceId(), fileOf(fact), fact.getVersion().getNumber()), fact.getVersion());
        }
        for (Version purged : fact.getPurgedVersionsList()) {
            now.remove(new Key(fact.getNamespaceId(), purgedFile(fact), purged.getNumber()));
        }
        boolean verified = fact.getKind() == ChangeKind.CHANGE_UPLOAD_COMPLETED
                || OVER.contains(fact.getUpload().getStatus());
        if (fact.hasVersion() || fact.getPurgedVersionsCount() > 0 || verified) {
            changedAtMillis = Math.max(changedAtMillis, fact.getAtMillis());
        }
    }

    private void add(Key key, Version version) {
        // Nothing that has no manifest has bytes.
        if (version.hasManifest()) {
            ManifestRef ref = version.getManifest();
            now.put(key, Hash.hex(ref.getSha256()));
            ever.putIfAbsent(Hash.hex(ref.getSha256()), key.toString());
        }
    }

    private static ByteString fileOf(NamespaceFact fact) {
        return switch (fact.getKind()) {
            case CHANGE_VERSION_COMMITTED -> fact.getUpload().getNodeId();
            case CHANGE_VERSION_CONFLICTED -> fact.getUpload().getConflictNodeId();
            default -> fact.getNodes(0).getNodeId();
        };
    }

    private static ByteString purgedFile(NamespaceFact fact) {
        return fact.hasPurgedNode()
                ? fact.getPurgedNode().getNodeId()
                : fact.getNodes(0).getNodeId();
    }

    /** Manifests of the versions that there are, in hex: of each, one version. */
    Map<String, String> now() {
        Map<String, String> named = new TreeMap<>();
        now.forEach((version, manifest) -> named.put(manifest, version.toString()));
        return named;
    }

    /** Manifests of all versions that there ever were. */
    Map<String, String> ever() {
        return ever;
    }

    long count() {
        return now.size();
    }

    /** When what versions name changed last, or what uploads may be given. */
    long changedAtMillis() {
        return changedAtMillis;
    }
}
