package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Share;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** What of a namespace is shared, after the step that was taken last. */
final class Shared {
    private final Map<ByteString, ByteString> parents = new HashMap<>();
    private final Map<ByteString, Share> shares = new HashMap<>();

    void take(NamespaceFact fact) {
        fact.getNodesList().forEach(node -> parents.put(node.getNodeId(), node.getParentId()));
        for (Share share : fact.getSharesList()) {
            if (share.getEnded()) {
                shares.remove(share.getShareId());
            } else {
                shares.put(share.getShareId(), share);
            }
        }
    }

    /** Whether there is such a share of a node or of a folder above it. */
    boolean has(ByteString nodeId, Predicate<Share> such) {
        ByteString at = nodeId;
        // A way up that is longer than there are nodes is none.
        for (int i = 0; at != null && i <= parents.size(); i++) {
            ByteString here = at;
            if (shares.values().stream().anyMatch(share -> share.getNodeId().equals(here) && such.test(share))) {
                return true;
            }
            at = parents.get(here);
        }
        return false;
    }
}
