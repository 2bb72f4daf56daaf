package dev.millrace.feed.streams;

import dev.millrace.feed.rules.FollowBook;
import dev.millrace.feed.rules.FollowRules;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.OrdinalCount;
import dev.millrace.feed.topics.v1.ReaderHead;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.WireSerde;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Whom the readers of one partition follow, block and mute, in its store. */
final class FollowBooks implements FollowBook {
    private static final String STORE = FollowTopology.STORE;
    private static final Bytes ORDINALS = Bytes.wrap(new byte[] {'O'});
    private static final WireSerde<OrdinalCount> COUNTS = WireSerde.of(OrdinalCount.getDefaultInstance());
    private static final WireSerde<ReaderHead> HEADS = WireSerde.of(ReaderHead.getDefaultInstance());
    private static final WireSerde<FollowEdge> EDGES = WireSerde.of(FollowEdge.getDefaultInstance());
    private static final WireSerde<Relation> RELATIONS = WireSerde.of(Relation.getDefaultInstance());

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;

    FollowBooks(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    public ReaderHead reader(String readerId) {
        byte[] stored = store.get(UserKeys.of('H', readerId));
        return stored == null ? ReaderHead.getDefaultInstance() : HEADS.decode(STORE, stored);
    }

    @Override
    public @Nullable FollowEdge edge(String readerId, String authorId) {
        byte[] stored = store.get(UserKeys.of('E', readerId, authorId));
        return stored == null ? null : EDGES.decode(STORE, stored);
    }

    @Override
    public Relation relation(String readerId, String userId) {
        return keptRelation(readerId, userId).orElse(Relation.getDefaultInstance());
    }

    Optional<Relation> keptRelation(String readerId, String userId) {
        return Optional.ofNullable(store.get(UserKeys.of('R', readerId, userId)))
                .map(stored -> RELATIONS.decode(STORE, stored));
    }

    @Override
    public int newestOrdinal() {
        byte[] stored = store.get(ORDINALS);
        return stored == null ? 0 : COUNTS.decode(STORE, stored).getNewest();
    }

    /** Edges of a reader to authors whose ids come after this one, in the order of their bytes. */
    KeyValueIterator<Bytes, byte[]> edgesAfter(String readerId, String authorId) {
        return store.range(UserKeys.after('E', readerId, authorId), UserKeys.end('E', readerId));
    }

    static FollowEdge in(KeyValue<Bytes, byte[]> entry) {
        return EDGES.decode(STORE, entry.value);
    }

    /** Brings a fact in: the head first, so that a reader who finds it unchanged has read one moment. */
    static void apply(KeyValueStore<Bytes, byte[]> store, FollowFact fact) {
        FollowBooks before = new FollowBooks(store);
        String readerId = fact.getReaderId();
        Optional<Relation> relation = relationIn(fact);
        boolean newRelation = relation.isPresent()
                && before.keptRelation(readerId, relation.get().getUserId()).isEmpty();
        ReaderHead head = before.reader(readerId);
        if (fact.getReaderOrdinal() > before.newestOrdinal()) {
            OrdinalCount count =
                    OrdinalCount.newBuilder().setNewest(fact.getReaderOrdinal()).build();
            store.put(ORDINALS, COUNTS.encode(count));
        }
        store.put(UserKeys.of('H', readerId), HEADS.encode(FollowRules.after(head, fact, newRelation)));
        relation.ifPresent(r -> store.put(UserKeys.of('R', readerId, r.getUserId()), RELATIONS.encode(r)));
        switch (fact.getKindCase()) {
            case FOLLOWED -> putEdge(store, readerId, fact.getFollowed());
            case FOLLOW_ACKNOWLEDGED -> putEdge(store, readerId, fact.getFollowAcknowledged());
            case UNFOLLOWED ->
                store.delete(UserKeys.of('E', readerId, fact.getUnfollowed().getAuthorId()));
            default -> {
                // A relation, written above.
            }
        }
    }

    private static void putEdge(KeyValueStore<Bytes, byte[]> store, String readerId, FollowEdge edge) {
        store.put(UserKeys.of('E', readerId, edge.getAuthorId()), EDGES.encode(edge));
    }

    private static Optional<Relation> relationIn(FollowFact fact) {
        return switch (fact.getKindCase()) {
            case USER_BLOCKED -> Optional.of(fact.getUserBlocked());
            case USER_UNBLOCKED -> Optional.of(fact.getUserUnblocked());
            case USER_MUTED -> Optional.of(fact.getUserMuted());
            case USER_UNMUTED -> Optional.of(fact.getUserUnmuted());
            case BLOCK_LEARNED -> Optional.of(fact.getBlockLearned());
            case FOLLOWED, UNFOLLOWED, FOLLOW_ACKNOWLEDGED, KIND_NOT_SET -> Optional.empty();
        };
    }
}
