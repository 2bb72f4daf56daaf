package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.ReaderHead;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A partition's readers in plain maps, their commands decided and applied one after the other. */
final class MemoryFollows implements FollowBook {
    final Map<String, ReaderHead> heads = new HashMap<>();
    final Map<String, FollowEdge> edges = new HashMap<>();
    final Map<String, Relation> relations = new HashMap<>();
    int newestOrdinal;
    long offset;

    FollowDecision apply(FollowCommand command, long atMillis) {
        Position position = Position.newBuilder()
                .setLog("follows")
                .setPartition(5)
                .setOffset(offset++)
                .build();
        FollowDecision decision = FollowRules.decide(this, command, atMillis, position);
        decision.fact().ifPresent(this::apply);
        return decision;
    }

    private void apply(FollowFact fact) {
        String reader = fact.getReaderId();
        heads.put(reader, FollowRules.after(reader(reader), fact, false));
        newestOrdinal = Math.max(newestOrdinal, fact.getReaderOrdinal());
        switch (fact.getKindCase()) {
            case FOLLOWED -> put(reader, fact.getFollowed());
            case FOLLOW_ACKNOWLEDGED -> put(reader, fact.getFollowAcknowledged());
            case UNFOLLOWED -> edges.remove(key(reader, fact.getUnfollowed().getAuthorId()));
            case USER_BLOCKED -> put(reader, fact.getUserBlocked());
            case USER_UNBLOCKED -> put(reader, fact.getUserUnblocked());
            case USER_MUTED -> put(reader, fact.getUserMuted());
            case USER_UNMUTED -> put(reader, fact.getUserUnmuted());
            case BLOCK_LEARNED -> put(reader, fact.getBlockLearned());
            case KIND_NOT_SET -> throw new AssertionError("a fact of no kind");
        }
    }

    private void put(String reader, FollowEdge edge) {
        edges.put(key(reader, edge.getAuthorId()), edge);
    }

    private void put(String reader, Relation relation) {
        relations.put(key(reader, relation.getUserId()), relation);
    }

    private static String key(String reader, String other) {
        return reader + "/" + other;
    }

    @Override
    public ReaderHead reader(String readerId) {
        return heads.getOrDefault(readerId, ReaderHead.getDefaultInstance());
    }

    @Override
    public @Nullable FollowEdge edge(String readerId, String authorId) {
        return edges.get(key(readerId, authorId));
    }

    @Override
    public Relation relation(String readerId, String userId) {
        return relations.getOrDefault(key(readerId, userId), Relation.getDefaultInstance());
    }

    @Override
    public int newestOrdinal() {
        return newestOrdinal;
    }
}
