package dev.millrace.feed.streams;

import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceEdge;
import dev.millrace.feed.topics.v1.AudienceHead;
import dev.millrace.topics.WireSerde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The followers of one partition's authors, in its store: a key per edge, so that it doesn't matter how many. */
final class AudienceBooks {
    private static final String STORE = AudienceTopology.STORE;
    private static final WireSerde<AudienceHead> HEADS = WireSerde.of(AudienceHead.getDefaultInstance());
    private static final WireSerde<AudienceEdge> EDGES = WireSerde.of(AudienceEdge.getDefaultInstance());

    private final KeyValueStore<Bytes, byte[]> store;

    AudienceBooks(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    static AudienceHead head(ReadOnlyKeyValueStore<Bytes, byte[]> store, String authorId) {
        byte[] stored = store.get(UserKeys.of('H', authorId));
        return stored == null ? AudienceHead.getDefaultInstance() : HEADS.decode(STORE, stored);
    }

    static @Nullable AudienceEdge edge(ReadOnlyKeyValueStore<Bytes, byte[]> store, String authorId, String readerId) {
        byte[] stored = store.get(UserKeys.of('E', authorId, readerId));
        return stored == null ? null : EDGES.decode(STORE, stored);
    }

    /** Edges of an author to readers whose ids come after this one, in the order of their bytes. */
    static KeyValueIterator<Bytes, byte[]> edgesAfter(
            ReadOnlyKeyValueStore<Bytes, byte[]> store, String authorId, String readerId) {
        return store.range(UserKeys.after('E', authorId, readerId), UserKeys.end('E', authorId));
    }

    static AudienceEdge in(KeyValue<Bytes, byte[]> entry) {
        return EDGES.decode(STORE, entry.value);
    }

    long followers(String authorId) {
        return head(store, authorId).getFollowers();
    }

    /** An author's post, edit or deletion has come. Says whether it is new here. */
    boolean posted(String authorId, long sequence) {
        AudienceHead head = head(store, authorId);
        // A fact that comes again changes nothing.
        boolean isNew = sequence > head.getPostSequence();
        if (isNew) {
            store.put(
                    UserKeys.of('H', authorId),
                    HEADS.encode(head.toBuilder().setPostSequence(sequence).build()));
        }
        return isNew;
    }

    /**
     * What a change did.
     *
     * @param postSequence the author's newest by then
     * @param followers 1 if there is one more now, -1 if there is one less
     */
    record Changed(long postSequence, int followers) {}

    /** An edge has come or gone. */
    Changed changed(AudienceChange change) {
        String authorId = change.getAuthorId();
        AudienceHead head = head(store, authorId);
        AudienceEdge known = edge(store, authorId, change.getReaderId());
        int followers = 0;
        if (change.getAdded() && (known == null || known.getVersion() < change.getEdgeVersion())) {
            AudienceEdge edge = AudienceEdge.newBuilder()
                    .setReaderPartition(change.getReaderPartition())
                    .setReaderOrdinal(change.getReaderOrdinal())
                    .setVersion(change.getEdgeVersion())
                    .setSinceMillis(change.getAtMillis())
                    .build();
            store.put(UserKeys.of('E', authorId, change.getReaderId()), EDGES.encode(edge));
            followers = known == null ? 1 : 0;
        } else if (!change.getAdded() && known != null && known.getVersion() <= change.getEdgeVersion()) {
            store.delete(UserKeys.of('E', authorId, change.getReaderId()));
            followers = -1;
        }
        if (followers != 0) {
            store.put(
                    UserKeys.of('H', authorId),
                    HEADS.encode(head.toBuilder()
                            .setFollowers(head.getFollowers() + followers)
                            .build()));
        }
        return new Changed(head.getPostSequence(), followers);
    }
}
