package dev.millrace.files.streams;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.files.rules.ChangesKept;
import dev.millrace.files.rules.FileNames;
import dev.millrace.files.rules.NamespaceBook;
import dev.millrace.files.rules.NamespaceRules;
import dev.millrace.files.topics.Changes;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.DueKind;
import dev.millrace.files.topics.v1.EmptiedTrash;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.WireSerde;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** One namespace in its partition's store: a key for each thing there is, so that it doesn't matter how many. */
final class NamespaceBooks implements NamespaceBook {
    private static final String STORE = NamespaceTopology.STORE;
    private static final byte[] NOTHING = {};
    private static final WireSerde<NamespaceHead> HEADS = WireSerde.of(NamespaceHead.getDefaultInstance());
    private static final WireSerde<Node> NODES = WireSerde.of(Node.getDefaultInstance());
    private static final WireSerde<Version> VERSIONS = WireSerde.of(Version.getDefaultInstance());
    private static final WireSerde<Upload> UPLOADS = WireSerde.of(Upload.getDefaultInstance());
    private static final WireSerde<Share> SHARES = WireSerde.of(Share.getDefaultInstance());
    private static final WireSerde<Device> DEVICES = WireSerde.of(Device.getDefaultInstance());
    private static final WireSerde<ReceivedShare> RECEIVED = WireSerde.of(ReceivedShare.getDefaultInstance());
    private static final WireSerde<Change> CHANGES = WireSerde.of(Change.getDefaultInstance());

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
    private final NamespaceKeys keys;

    /**
     * Some of a list.
     *
     * @param last place behind which the list goes on: what a key has after its fixed part
     * @param more whether it does
     */
    record Listed<T>(List<T> items, ByteString last, boolean more) {}

    NamespaceBooks(ReadOnlyKeyValueStore<Bytes, byte[]> store, String namespaceId) {
        this.store = store;
        this.keys = new NamespaceKeys(namespaceId);
    }

    private <T extends MessageLite> @Nullable T get(Bytes key, WireSerde<T> serde) {
        byte[] stored = store.get(key);
        return stored == null ? null : serde.decode(STORE, stored);
    }

    @Override
    public NamespaceHead head() {
        NamespaceHead head = get(keys.head(), HEADS);
        return head == null ? NamespaceHead.getDefaultInstance() : head;
    }

    @Override
    public @Nullable Node node(ByteString nodeId) {
        return get(keys.node(nodeId), NODES);
    }

    @Override
    public @Nullable ByteString named(ByteString folderId, String foldedName) {
        byte[] stored = store.get(keys.child(folderId, foldedName));
        return stored == null ? null : ByteString.copyFrom(stored);
    }

    @Override
    public List<Node> children(ByteString folderId, int limit) {
        return children(folderId, NOTHING, limit).items();
    }

    /** @param after folded name behind which to begin; empty for all */
    Listed<Node> children(ByteString folderId, byte[] after, int limit) {
        return list('C', folderId.toByteArray(), after, limit, (key, value) -> node(ByteString.copyFrom(value)));
    }

    @Override
    public List<Node> trash(long throughSequence, int limit) {
        long now = head().getNowMillis();
        List<Node> nodes = new ArrayList<>();
        Bytes end = keys.first('T', NamespaceKeys.number(throughSequence + 1));
        try (KeyValueIterator<Bytes, byte[]> all = store.range(keys.first('T'), end)) {
            while (all.hasNext() && nodes.size() < limit) {
                Node node = inTrash(all.next().key, now);
                if (node != null) {
                    nodes.add(node);
                }
            }
        }
        return nodes;
    }

    /**
     * What can be restored from the bin, what was deleted last first: files that never had a version can't.
     *
     * @param before a place in the list behind which to begin; empty for all
     */
    Listed<Node> trashBefore(byte[] before, long nowMillis, int limit) {
        EmptiedTrash emptied = head().getEmptiedTrash();
        Bytes first = keys.first(
                'T', NamespaceKeys.number(emptied.getDueAtMillis() == 0 ? 0 : emptied.getThroughSequence() + 1));
        Bytes last = before.length == 0 ? keys.end('T') : keys.first('T', before);
        List<Node> nodes = new ArrayList<>();
        ByteString place = ByteString.copyFrom(before);
        try (KeyValueIterator<Bytes, byte[]> all = store.reverseRange(first, last)) {
            while (all.hasNext()) {
                Bytes key = all.next().key;
                // The range has its last key in it.
                if (key.equals(last)) {
                    continue;
                }
                if (nodes.size() == limit) {
                    return new Listed<>(nodes, place, true);
                }
                Node node = inTrash(key, nowMillis);
                if (node != null && (node.getFolder() || node.getVersion() != 0)) {
                    nodes.add(node);
                    place = ByteString.copyFrom(NamespaceKeys.tail(key, 0));
                }
            }
        }
        return new Listed<>(nodes, place, false);
    }

    private @Nullable Node inTrash(Bytes key, long nowMillis) {
        Node node = node(ByteString.copyFrom(NamespaceKeys.tail(key, Long.BYTES)));
        return node != null && NamespaceRules.isInTrash(node, nowMillis) ? node : null;
    }

    @Override
    public @Nullable Version version(ByteString nodeId, long number) {
        return get(keys.version(nodeId, number), VERSIONS);
    }

    @Override
    public List<Version> oldestVersions(ByteString nodeId, int limit) {
        return list('V', nodeId.toByteArray(), NOTHING, limit, (key, value) -> VERSIONS.decode(STORE, value))
                .items();
    }

    /** Versions of a file with smaller numbers, newest first. */
    Listed<Version> versionsBefore(ByteString nodeId, long number, int limit) {
        List<Version> items = new ArrayList<>();
        Bytes first = keys.first('V', nodeId.toByteArray());
        try (KeyValueIterator<Bytes, byte[]> all = store.reverseRange(first, keys.version(nodeId, number - 1))) {
            while (all.hasNext()) {
                if (items.size() == limit) {
                    long last = items.get(limit - 1).getNumber();
                    return new Listed<>(items, ByteString.copyFrom(NamespaceKeys.number(last)), true);
                }
                items.add(VERSIONS.decode(STORE, all.next().value));
            }
        }
        return new Listed<>(items, ByteString.EMPTY, false);
    }

    @Override
    public @Nullable Upload upload(ByteString uploadId) {
        return get(keys.upload(uploadId), UPLOADS);
    }

    @Override
    public @Nullable Share share(ByteString shareId) {
        return get(keys.share(shareId), SHARES);
    }

    @Override
    public @Nullable Share shareWith(ByteString nodeId, String userId) {
        byte[] shareId = userId.isEmpty() ? null : store.get(keys.shareOf(nodeId, userId, ByteString.EMPTY));
        return shareId == null ? null : share(ByteString.copyFrom(shareId));
    }

    @Override
    public List<Share> sharesOf(ByteString nodeId) {
        return list(
                        'S',
                        nodeId.toByteArray(),
                        NOTHING,
                        Integer.MAX_VALUE,
                        (key, value) -> share(ByteString.copyFrom(value)))
                .items();
    }

    /** Shares and links of all nodes. */
    Listed<Share> shares(byte[] after, int limit) {
        return list('L', NOTHING, after, limit, (key, value) -> SHARES.decode(STORE, value));
    }

    /** What was shared with the namespace's user, by whom it was. */
    Listed<ReceivedShare> received(byte[] after, int limit) {
        return list('W', NOTHING, after, limit, (key, value) -> RECEIVED.decode(STORE, value));
    }

    @Override
    public @Nullable Device device(String deviceId) {
        return get(keys.device(deviceId), DEVICES);
    }

    List<Device> devices() {
        return list('G', NOTHING, NOTHING, Integer.MAX_VALUE, (key, value) -> DEVICES.decode(STORE, value))
                .items();
    }

    @Override
    public @Nullable ReceivedShare received(String namespaceId, ByteString shareId) {
        return get(keys.received(namespaceId, shareId), RECEIVED);
    }

    /** Changes of a larger sequence, oldest first. */
    Listed<Change> changesAfter(long sequence, int limit) {
        return list('F', NOTHING, NamespaceKeys.number(sequence), limit, (key, value) -> CHANGES.decode(STORE, value));
    }

    /** The same of one node. */
    Listed<Change> changesAfter(ByteString nodeId, long sequence, int limit) {
        return list(
                'J',
                nodeId.toByteArray(),
                NamespaceKeys.number(sequence),
                limit,
                (key, value) -> get(
                        keys.change(ByteString.copyFrom(NamespaceKeys.tail(key, nodeId.size()))
                                .asReadOnlyByteBuffer()
                                .getLong()),
                        CHANGES));
    }

    /** What the mapping knows nothing of any more is left out: a standby may be between two writes of a step. */
    private <T> Listed<T> list(
            char kind, byte[] about, byte[] after, int limit, BiFunction<Bytes, byte[], @Nullable T> item) {
        List<T> items = new ArrayList<>();
        ByteString last = ByteString.copyFrom(after);
        // No key has a zero byte more than another and something between the two.
        Bytes first = after.length == 0 ? keys.first(kind, about) : keys.first(kind, about, after, new byte[1]);
        try (KeyValueIterator<Bytes, byte[]> all = store.range(first, keys.end(kind, about))) {
            while (all.hasNext()) {
                if (items.size() == limit) {
                    return new Listed<>(items, last, true);
                }
                KeyValue<Bytes, byte[]> entry = all.next();
                T found = item.apply(entry.key, entry.value);
                if (found != null) {
                    items.add(found);
                    last = ByteString.copyFrom(NamespaceKeys.tail(entry.key, about.length));
                }
            }
        }
        return new Listed<>(items, last, false);
    }

    /**
     * What is in the bin has an index since some build. What an earlier one deleted is entered whenever a task begins, as
     * in an upgrade tasks may go back to earlier builds.
     */
    static void indexTrash(KeyValueStore<Bytes, byte[]> store) {
        List<Bytes> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all =
                store.range(NamespaceKeys.dueFrom(0), NamespaceKeys.dueFrom(Long.MAX_VALUE))) {
            while (all.hasNext()) {
                Bytes key = all.next().key;
                Due due = NamespaceKeys.dueIn(key);
                if (due.getKind() != DueKind.DUE_NODE) {
                    continue;
                }
                NamespaceBooks books = new NamespaceBooks(store, NamespaceKeys.namespaceOfDue(key));
                Node node = books.node(due.getId());
                if (node != null && node.getStatus() == NodeStatus.NODE_DELETED) {
                    Bytes entry = books.keys.trash(node.getDeletedSequence(), node.getNodeId());
                    if (store.get(entry) == null) {
                        found.add(entry);
                    }
                }
            }
        }
        found.forEach(key -> store.put(key, NOTHING));
    }

    /** Brings a fact in: the head first, so that a reader who finds it unchanged has read one moment. */
    static void apply(KeyValueStore<Bytes, byte[]> store, NamespaceFact fact) {
        new Writing(store, fact.getNamespaceId()).apply(fact);
    }

    /** Brings in what is known of a namespace beside its steps. */
    static void learn(KeyValueStore<Bytes, byte[]> store, String namespaceId, NamespaceHead head) {
        store.put(new NamespaceKeys(namespaceId).head(), HEADS.encode(head));
    }

    private static final class Writing {
        private final KeyValueStore<Bytes, byte[]> store;
        private final NamespaceBooks before;
        private final NamespaceKeys keys;

        Writing(KeyValueStore<Bytes, byte[]> store, String namespaceId) {
            this.store = store;
            this.before = new NamespaceBooks(store, namespaceId);
            this.keys = before.keys;
        }

        void apply(NamespaceFact fact) {
            NamespaceHead was = before.head();
            NamespaceHead head = NamespaceRules.after(was, fact);
            List<Change> old = ChangesKept.outOfTime(head, before::change);
            head = head.toBuilder()
                    .setOldestChange(head.getOldestChange() + old.size())
                    .build();
            store.put(keys.head(), HEADS.encode(head));
            due(
                    DueKind.DUE_TRASH,
                    FileIds.ROOT,
                    was.getEmptiedTrash().getDueAtMillis(),
                    head.getEmptiedTrash().getDueAtMillis());
            fact.getNodesList().forEach(node -> put(node, fact.getAtMillis()));
            if (fact.hasVersion()) {
                ByteString nodeId = fact.getNodes(0).getNodeId();
                store.put(keys.version(nodeId, fact.getVersion().getNumber()), VERSIONS.encode(fact.getVersion()));
            }
            if (fact.hasUpload()) {
                put(fact.getUpload());
            }
            fact.getSharesList().forEach(this::put);
            if (fact.hasDevice()) {
                store.put(keys.device(fact.getDevice().getDeviceId()), DEVICES.encode(fact.getDevice()));
            }
            if (fact.hasReceivedShare()) {
                ReceivedShare share = fact.getReceivedShare();
                store.put(keys.received(share.getNamespaceId(), share.getShareId()), RECEIVED.encode(share));
            }
            ByteString purgedOf = Changes.about(fact).getNodeId();
            fact.getPurgedVersionsList().forEach(version -> store.delete(keys.version(purgedOf, version.getNumber())));
            if (fact.hasPurgedNode() && !fact.getPurgeGoesOn()) {
                purge(fact.getPurgedNode());
            }
            keep(Changes.of(fact), old);
        }

        private void put(Node node, long nowMillis) {
            Node was = before.node(node.getNodeId());
            Bytes wasNamed = was != null && NamespaceRules.isNamed(was) ? nameOf(was) : null;
            Bytes isNamed = NamespaceRules.isNamed(node) ? nameOf(node) : null;
            if (wasNamed != null && !wasNamed.equals(isNamed)) {
                store.delete(wasNamed);
            }
            if (isNamed != null && !isNamed.equals(wasNamed)) {
                store.put(isNamed, node.getNodeId().toByteArray());
            }
            store.put(keys.node(node.getNodeId()), NODES.encode(node));
            due(node, was);
            Bytes inTrash = NamespaceRules.isInTrash(node, nowMillis) ? trashOf(node) : null;
            if (was != null
                    && was.getStatus() == NodeStatus.NODE_DELETED
                    && !trashOf(was).equals(inTrash)) {
                store.delete(trashOf(was));
            }
            if (inTrash != null) {
                store.put(inTrash, NOTHING);
            }
        }

        /** While somebody uploads to it nobody needs to be reminded of its end. */
        private void due(Node node, @Nullable Node was) {
            long wasMillis = was == null ? 0 : was.getPurgeAtMillis();
            long isMillis = node.getUploads() > 0 ? 0 : node.getPurgeAtMillis();
            boolean waited = was != null && was.getUploads() > 0 && wasMillis == isMillis;
            due(DueKind.DUE_NODE, node.getNodeId(), waited ? 0 : wasMillis, isMillis);
        }

        private Bytes trashOf(Node node) {
            return keys.trash(node.getDeletedSequence(), node.getNodeId());
        }

        private Bytes nameOf(Node node) {
            return keys.child(node.getParentId(), FileNames.folded(node.getName()));
        }

        private void put(Upload upload) {
            Upload was = before.upload(upload.getUploadId());
            boolean forgotten = upload.getStatus() == UploadStatus.UPLOAD_FORGOTTEN;
            if (forgotten) {
                store.delete(keys.upload(upload.getUploadId()));
            } else {
                store.put(keys.upload(upload.getUploadId()), UPLOADS.encode(upload));
            }
            due(
                    DueKind.DUE_UPLOAD,
                    upload.getUploadId(),
                    was == null ? 0 : was.getDueAtMillis(),
                    forgotten ? 0 : upload.getDueAtMillis());
        }

        private void put(Share share) {
            Share was = before.share(share.getShareId());
            Bytes ofNode = keys.shareOf(share.getNodeId(), share.getUserId(), share.getShareId());
            if (share.getEnded()) {
                store.delete(keys.share(share.getShareId()));
                store.delete(ofNode);
            } else {
                store.put(keys.share(share.getShareId()), SHARES.encode(share));
                store.put(ofNode, share.getShareId().toByteArray());
            }
            due(
                    DueKind.DUE_SHARE,
                    share.getShareId(),
                    was == null ? 0 : was.getExpiresAtMillis(),
                    share.getEnded() ? 0 : share.getExpiresAtMillis());
        }

        private void due(DueKind kind, ByteString id, long wasMillis, long isMillis) {
            if (wasMillis != 0 && wasMillis != isMillis) {
                store.delete(keys.due(wasMillis, kind, id));
            }
            if (isMillis != 0 && wasMillis != isMillis) {
                store.put(keys.due(isMillis, kind, id), NOTHING);
            }
        }

        private void purge(Node node) {
            store.delete(keys.node(node.getNodeId()));
            due(DueKind.DUE_NODE, node.getNodeId(), node.getPurgeAtMillis(), 0);
            // What was marked to go left the bin then.
            if (store.get(trashOf(node)) != null) {
                store.delete(trashOf(node));
            }
        }

        private void keep(Change change, List<Change> old) {
            store.put(keys.change(change.getSequence()), CHANGES.encode(change));
            if (!change.getNodeId().isEmpty()) {
                store.put(keys.changeOf(change.getNodeId(), change.getSequence()), NOTHING);
            }
            for (Change gone : old) {
                store.delete(keys.change(gone.getSequence()));
                if (!gone.getNodeId().isEmpty()) {
                    store.delete(keys.changeOf(gone.getNodeId(), gone.getSequence()));
                }
            }
        }
    }

    private @Nullable Change change(long sequence) {
        return get(keys.change(sequence), CHANGES);
    }
}
