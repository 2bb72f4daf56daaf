package dev.millrace.files.streams;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.files.rules.NamespaceRules;
import dev.millrace.files.rules.Place;
import dev.millrace.files.rules.ShareRules;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesQueries;
import dev.millrace.files.topics.v1.ChangesView;
import dev.millrace.files.topics.v1.ChildrenView;
import dev.millrace.files.topics.v1.DevicesView;
import dev.millrace.files.topics.v1.FilesQuestion;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.SharesView;
import dev.millrace.files.topics.v1.TrashView;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadView;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.files.topics.v1.VersionsView;
import dev.millrace.streams.owner.CommandMemory;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about a namespace to those who may know: its user, and who has a share. */
final class NamespaceQueries implements StateReader {
    /** Of what was shared, the part that comes from others begins behind what was given to others. */
    private static final byte GIVEN = 0;

    private static final byte RECEIVED = 1;

    private final InstantSource clock;

    /** @param clock tells whether a share has expired meanwhile */
    NamespaceQueries(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Set<String> questions() {
        return Set.of(
                FilesQueries.NODE,
                FilesQueries.CHILDREN,
                FilesQueries.VERSIONS,
                FilesQueries.UPLOAD,
                FilesQueries.SHARES,
                FilesQueries.LINK,
                FilesQueries.USAGE,
                FilesQueries.DEVICES,
                FilesQueries.CHANGES,
                FilesQueries.TRASH);
    }

    @Override
    public long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        return CommandMemory.progressOf(store).getOffset();
    }

    @Override
    public Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included) {
        Asked asked = new Asked(
                new NamespaceBooks(store, query.getOwner()), question(query), query.getOwner(), clock.millis());
        return switch (query.getName()) {
            case FilesQueries.NODE -> asked.node();
            case FilesQueries.CHILDREN -> asked.children();
            case FilesQueries.VERSIONS -> asked.versions();
            case FilesQueries.UPLOAD -> asked.upload();
            case FilesQueries.SHARES -> asked.shares();
            case FilesQueries.LINK -> asked.link();
            case FilesQueries.USAGE -> asked.usage();
            case FilesQueries.DEVICES -> asked.devices();
            case FilesQueries.CHANGES -> asked.changes();
            case FilesQueries.TRASH -> asked.trash();
            default ->
                throw new IllegalArgumentException(
                        "question: " + query.getName() + " (expected: one of " + questions() + ")");
        };
    }

    @Override
    public boolean lacks(MessageLite found) {
        return (found instanceof NodeView node && node.getVersionUnknown())
                || (found instanceof ChangesView changes && changes.getNewest() == 0);
    }

    private static FilesQuestion question(StateQuery query) {
        try {
            FilesQuestion question = FilesQuestion.parseFrom(query.getArgument());
            if (question.getLimit() < 0 || question.getLimit() > FilesQueries.LISTED_MAX) {
                throw new IllegalArgumentException("question about files: limit " + question.getLimit()
                        + " (expected: 0.." + FilesQueries.LISTED_MAX + ")");
            }
            return question;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("question about files: " + e.getMessage(), e);
        }
    }

    private record Asked(NamespaceBooks books, FilesQuestion question, String namespaceId, long nowMillis) {
        private boolean owner() {
            return FileIds.namespaceOf(question.getCaller()).equals(namespaceId);
        }

        private Place place(ByteString nodeId) {
            return Place.of(books, owner(), question.getCaller(), nodeId, nowMillis);
        }

        private Optional<Node> readable(ByteString nodeId) {
            Node node = books.node(nodeId);
            return node == null || !place(nodeId).readable() || isPurged(node) ? Optional.empty() : Optional.of(node);
        }

        private boolean isPurged(Node node) {
            return NamespaceRules.isPurged(books.head(), node, nowMillis);
        }

        Optional<NodeView> node() {
            return readable(question.getId()).map(node -> {
                Place place = place(question.getId());
                NodeView.Builder view = NodeView.newBuilder()
                        .setNode(node)
                        .setDeleted(place.deleted())
                        .setWritable(place.writable())
                        .setOwnerId(books.head().getOwnerId());
                long number = question.getNumber() == 0 ? node.getVersion() : question.getNumber();
                Version version = number == 0 ? null : books.version(question.getId(), number);
                if (version != null) {
                    view.setVersion(version);
                }
                return view.setVersionUnknown(version == null && question.getNumber() != 0)
                        .build();
            });
        }

        Optional<ChildrenView> children() {
            ByteString folder = question.getId();
            boolean root = folder.equals(FileIds.ROOT);
            Place place = place(folder);
            if (!place.readable() || place.deleted() || (!root && !isFolder(folder))) {
                return Optional.empty();
            }
            var listed = books.children(folder, question.getAfter().toByteArray(), question.getLimit());
            return Optional.of(ChildrenView.newBuilder()
                    .addAllNodes(listed.items())
                    .setLast(listed.last())
                    .setMore(listed.more())
                    .build());
        }

        private boolean isFolder(ByteString nodeId) {
            Node node = books.node(nodeId);
            return node != null && node.getFolder();
        }

        Optional<VersionsView> versions() {
            return readable(question.getId()).filter(node -> !node.getFolder()).map(node -> {
                long before = question.getNumber() == 0 ? Long.MAX_VALUE : question.getNumber();
                var listed = books.versionsBefore(question.getId(), before, question.getLimit());
                return VersionsView.newBuilder()
                        .addAllVersions(listed.items())
                        .setLast(listed.last())
                        .setMore(listed.more())
                        .build();
            });
        }

        /** To whoever started it, from whichever device, and to the owner of the file. */
        Optional<UploadView> upload() {
            Upload upload = books.upload(question.getId());
            boolean known = upload != null && (owner() || upload.getStartedBy().equals(question.getCaller()));
            if (upload == null || !known) {
                return Optional.empty();
            }
            UploadView.Builder view = UploadView.newBuilder().setUpload(upload);
            Optional.ofNullable(books.node(upload.getNodeId())).ifPresent(view::setNode);
            return Optional.of(view.build());
        }

        Optional<SharesView> shares() {
            if (!owner()) {
                return Optional.empty();
            }
            SharesView.Builder view = SharesView.newBuilder();
            byte[] after = question.getAfter().toByteArray();
            boolean inReceived = after.length > 0 && after[0] == RECEIVED;
            if (!inReceived) {
                var given = books.shares(behind(after), question.getLimit());
                given.items().stream().filter(this::isInForce).forEach(share -> view.addGiven(given(share)));
                if (given.more()) {
                    return Optional.of(view.setLast(place(GIVEN, given.last()))
                            .setMore(true)
                            .build());
                }
            }
            int room = question.getLimit() - view.getGivenCount();
            var received = books.received(inReceived ? behind(after) : new byte[0], room);
            received.items().stream().filter(this::isInForce).forEach(view::addReceived);
            return Optional.of(view.setLast(place(RECEIVED, received.last()))
                    .setMore(received.more())
                    .build());
        }

        private SharesView.Given given(Share share) {
            SharesView.Given.Builder given = SharesView.Given.newBuilder().setShare(share);
            Optional.ofNullable(books.node(share.getNodeId())).ifPresent(given::setNode);
            return given.build();
        }

        private boolean isInForce(Share share) {
            return share.getExpiresAtMillis() == 0 || share.getExpiresAtMillis() > nowMillis;
        }

        private boolean isInForce(ReceivedShare share) {
            return !share.getEnded() && (share.getExpiresAtMillis() == 0 || share.getExpiresAtMillis() > nowMillis);
        }

        private static byte[] behind(byte[] place) {
            return place.length == 0
                    ? place
                    : ByteString.copyFrom(place, 1, place.length - 1).toByteArray();
        }

        private static ByteString place(byte part, ByteString last) {
            return ByteString.copyFrom(new byte[] {part}).concat(last);
        }

        /** To whoever knows its secret: they have been given the link. */
        Optional<Share> link() {
            return Optional.ofNullable(books.share(question.getId()))
                    .filter(share -> ShareRules.opens(share, question.getAfter()));
        }

        Optional<Usage> usage() {
            return owner() ? Optional.of(NamespaceRules.toldOf(books.head())) : Optional.empty();
        }

        Optional<DevicesView> devices() {
            return owner()
                    ? Optional.of(DevicesView.newBuilder()
                            .addAllDevices(books.devices())
                            .build())
                    : Optional.empty();
        }

        Optional<TrashView> trash() {
            if (!owner()) {
                return Optional.empty();
            }
            var listed = books.trashBefore(question.getAfter().toByteArray(), nowMillis, question.getLimit());
            return Optional.of(TrashView.newBuilder()
                    .addAllNodes(listed.items())
                    .setLast(listed.last())
                    .setMore(listed.more())
                    .build());
        }

        Optional<ChangesView> changes() {
            boolean ofNode = !question.getId().isEmpty();
            if (ofNode ? readable(question.getId()).isEmpty() : !owner()) {
                return Optional.empty();
            }
            NamespaceHead head = books.head();
            ChangesView.Builder view =
                    ChangesView.newBuilder().setNewest(head.getSequence()).setOldest(head.getOldestChange());
            if (!ofNode && question.getNumber() + 1 < head.getOldestChange()) {
                return Optional.of(view.setExpired(true).build());
            }
            var listed = ofNode
                    ? books.changesAfter(question.getId(), question.getNumber(), question.getLimit())
                    : books.changesAfter(question.getNumber(), question.getLimit());
            return Optional.of(
                    view.addAllChanges(listed.items()).setMore(listed.more()).build());
        }
    }
}
