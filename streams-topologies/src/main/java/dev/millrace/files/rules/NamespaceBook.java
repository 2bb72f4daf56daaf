package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the owner knows of one namespace, to read. Ids are those within it. */
public interface NamespaceBook {
    /** The empty head for a namespace nothing is known of. */
    NamespaceHead head();

    /** Null if there is no such node, or not any more. The root is none. */
    @Nullable Node node(ByteString nodeId);

    /**
     * The node of this name in a folder; null if the name is free.
     *
     * @param foldedName by {@link FileNames#folded}
     */
    @Nullable ByteString named(ByteString folderId, String foldedName);

    /** The first of those that have a name in a folder. */
    List<Node> children(ByteString folderId, int limit);

    /**
     * The first that were deleted of what is in the bin.
     *
     * @param throughSequence of the newest deletion that counts
     */
    List<Node> trash(long throughSequence, int limit);

    @Nullable Version version(ByteString nodeId, long number);

    /** The oldest of a file's versions. */
    List<Version> oldestVersions(ByteString nodeId, int limit);

    @Nullable Upload upload(ByteString uploadId);

    @Nullable Share share(ByteString shareId);

    /** The share that somebody has of exactly this node; null if there is none. */
    @Nullable Share shareWith(ByteString nodeId, String userId);

    /** All shares and links of exactly this node. */
    List<Share> sharesOf(ByteString nodeId);

    @Nullable Device device(String deviceId);

    @Nullable ReceivedShare received(String namespaceId, ByteString shareId);
}
