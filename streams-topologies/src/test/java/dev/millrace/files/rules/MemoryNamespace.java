package dev.millrace.files.rules;

import static java.util.Comparator.comparing;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A namespace in plain maps, its commands decided and applied one after the other, and every fact kept. */
public final class MemoryNamespace implements NamespaceBook {
    public final Map<ByteString, Node> nodes = new HashMap<>();
    public final Map<ByteString, TreeMap<Long, Version>> versions = new HashMap<>();
    public final Map<ByteString, Upload> uploads = new HashMap<>();
    public final Map<ByteString, Share> shares = new HashMap<>();
    final Map<String, Device> devices = new HashMap<>();
    final Map<ByteString, ReceivedShare> received = new HashMap<>();
    public final List<NamespaceFact> facts = new ArrayList<>();
    NamespaceHead head = NamespaceHead.getDefaultInstance();
    private long offset;

    NamespaceDecision apply(NamespaceCommand command, long atMillis) {
        assert NamespaceCommandShape.problemOf(command).isEmpty();
        Position position =
                Position.newBuilder().setLog("namespaces").setOffset(offset++).build();
        NamespaceDecision decision = NamespaceRules.decide(this, command, atMillis, position);
        decision.fact().ifPresent(this::apply);
        return decision;
    }

    NamespaceRefusalReason refusal(NamespaceCommand command, long atMillis) {
        return apply(command, atMillis).outcome().getRefused().getReason();
    }

    /** Brings a fact into the state. */
    public void apply(NamespaceFact fact) {
        facts.add(fact);
        head = NamespaceRules.after(head, fact);
        fact.getNodesList().forEach(node -> nodes.put(node.getNodeId(), node));
        if (fact.hasVersion()) {
            Version known = versions.computeIfAbsent(fact.getNodes(0).getNodeId(), id -> new TreeMap<>())
                    .put(fact.getVersion().getNumber(), fact.getVersion());
            if (known != null) {
                throw new AssertionError("written over: " + known);
            }
        }
        if (fact.hasUpload()) {
            uploads.put(fact.getUpload().getUploadId(), fact.getUpload());
            uploads.values().removeIf(upload -> upload.getStatus() == UploadStatus.UPLOAD_FORGOTTEN);
        }
        fact.getSharesList().forEach(share -> shares.put(share.getShareId(), share));
        shares.values().removeIf(Share::getEnded);
        if (fact.hasDevice()) {
            devices.put(fact.getDevice().getDeviceId(), fact.getDevice());
        }
        if (fact.hasReceivedShare()) {
            received.put(fact.getReceivedShare().getShareId(), fact.getReceivedShare());
        }
        ByteString purged = (fact.hasPurgedNode() || fact.getNodesCount() == 0
                        ? fact.getPurgedNode()
                        : fact.getNodes(0))
                .getNodeId();
        fact.getPurgedVersionsList()
                .forEach(version -> Objects.requireNonNull(versions.get(purged)).remove(version.getNumber()));
        if (fact.hasPurgedNode() && !fact.getPurgeGoesOn()) {
            nodes.remove(purged);
        }
    }

    Node get(String key) {
        return Objects.requireNonNull(nodes.get(FilesCommands.id(key)));
    }

    Upload getUpload(String key) {
        return Objects.requireNonNull(uploads.get(FilesCommands.id(key)));
    }

    @Override
    public NamespaceHead head() {
        return head;
    }

    @Override
    public @Nullable Node node(ByteString nodeId) {
        return nodes.get(nodeId);
    }

    @Override
    public @Nullable ByteString named(ByteString folderId, String foldedName) {
        return nodes.values().stream()
                .filter(node ->
                        NamespaceRules.isNamed(node) && node.getParentId().equals(folderId))
                .filter(node -> FileNames.folded(node.getName()).equals(foldedName))
                .map(Node::getNodeId)
                .findAny()
                .orElse(null);
    }

    @Override
    public List<Node> children(ByteString folderId, int limit) {
        return nodes.values().stream()
                .filter(node ->
                        NamespaceRules.isNamed(node) && node.getParentId().equals(folderId))
                .sorted(comparing(Node::getName))
                .limit(limit)
                .toList();
    }

    @Override
    public List<Node> trash(long throughSequence, int limit) {
        return nodes.values().stream()
                .filter(node -> NamespaceRules.isInTrash(node, head.getNowMillis()))
                .filter(node -> node.getDeletedSequence() <= throughSequence)
                .sorted(comparing(Node::getDeletedSequence))
                .limit(limit)
                .toList();
    }

    @Override
    public @Nullable Version version(ByteString nodeId, long number) {
        return versions.getOrDefault(nodeId, new TreeMap<>()).get(number);
    }

    @Override
    public List<Version> oldestVersions(ByteString nodeId, int limit) {
        return versions.getOrDefault(nodeId, new TreeMap<>()).values().stream()
                .limit(limit)
                .toList();
    }

    @Override
    public @Nullable Upload upload(ByteString uploadId) {
        return uploads.get(uploadId);
    }

    @Override
    public @Nullable Share share(ByteString shareId) {
        return shares.get(shareId);
    }

    @Override
    public @Nullable Share shareWith(ByteString nodeId, String userId) {
        return sharesOf(nodeId).stream()
                .filter(share -> share.getUserId().equals(userId))
                .findAny()
                .orElse(null);
    }

    @Override
    public List<Share> sharesOf(ByteString nodeId) {
        return shares.values().stream()
                .filter(share -> share.getNodeId().equals(nodeId))
                .toList();
    }

    @Override
    public @Nullable Device device(String deviceId) {
        return devices.get(deviceId);
    }

    @Override
    public @Nullable ReceivedShare received(String namespaceId, ByteString shareId) {
        return received.get(shareId);
    }
}
