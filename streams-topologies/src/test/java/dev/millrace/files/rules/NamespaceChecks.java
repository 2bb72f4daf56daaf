package dev.millrace.files.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is so of a namespace after any step. */
public final class NamespaceChecks {
    private NamespaceChecks() {}

    public static void assertNamesAreUnique(MemoryNamespace namespace) {
        Set<String> names = new HashSet<>();
        for (Node node : namespace.nodes.values()) {
            if (NamespaceRules.isNamed(node)) {
                assertThat(names.add(node.getParentId() + "/" + FileNames.folded(node.getName())))
                        .as("%s", node)
                        .isTrue();
            }
        }
    }

    public static void assertTreeHasNoCycle(MemoryNamespace namespace) {
        for (Node node : namespace.nodes.values()) {
            Set<ByteString> above = new HashSet<>();
            Node at = node;
            while (at != null && !at.getParentId().equals(FileIds.ROOT)) {
                assertThat(above.add(at.getNodeId())).as("%s", node).isTrue();
                at = namespace.node(at.getParentId());
            }
        }
    }

    public static void assertQuotaIsWhatIsKept(MemoryNamespace namespace) {
        Usage usage = namespace.head.getUsage();
        long reserved = 0;
        int uploads = 0;
        Map<ByteString, Integer> uploadsOf = new HashMap<>();
        for (Upload upload : namespace.uploads.values()) {
            if (upload.getStatus() == UploadStatus.UPLOAD_OPEN || upload.getStatus() == UploadStatus.UPLOAD_VERIFYING) {
                reserved += upload.getSizeBytes();
                uploads++;
                uploadsOf.merge(upload.getNodeId(), 1, Integer::sum);
            }
        }
        long live = 0;
        long old = 0;
        for (Node node : namespace.nodes.values()) {
            assertThat(node.getUploads()).isEqualTo(uploadsOf.getOrDefault(node.getNodeId(), 0));
            assertThat(node.getStatus() == NodeStatus.NODE_DELETED).isEqualTo(node.getDeletedAtMillis() != 0);
            assertThat(node.getStatus() == NodeStatus.NODE_DELETED).isEqualTo(node.getDeletedSequence() != 0);
            for (Version version : namespace.oldestVersions(node.getNodeId(), Integer.MAX_VALUE)) {
                if (version.getNumber() == node.getVersion()) {
                    live += version.getSizeBytes();
                } else {
                    old += version.getSizeBytes();
                }
            }
        }
        if (namespace.facts.isEmpty()) {
            return;
        }
        assertThat(usage.getReservedBytes()).isEqualTo(reserved);
        assertThat(usage.getUploads()).isEqualTo(uploads);
        assertThat(usage.getLiveBytes()).isEqualTo(live);
        assertThat(usage.getVersionBytes()).isEqualTo(old);
        assertThat(Step.taken(usage)).isLessThanOrEqualTo(usage.getQuotaBytes());
    }
}
