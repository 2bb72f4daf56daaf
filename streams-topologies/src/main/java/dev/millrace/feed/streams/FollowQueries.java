package dev.millrace.feed.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.feed.rules.FollowRules;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.feed.topics.v1.ReaderHead;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.streams.owner.CommandMemory;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about what readers follow, block and mute. */
final class FollowQueries implements StateReader {
    @Override
    public Set<String> questions() {
        return Set.of(FeedQueries.FOLLOWING, FeedQueries.RELATION);
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
        return switch (query.getName()) {
            case FeedQueries.FOLLOWING ->
                Optional.of(following(query.getOwner(), listQuestion(query), store, included));
            case FeedQueries.RELATION -> relation(query.getOwner(), query.getKey(), new FollowBooks(store));
            default ->
                throw new IllegalArgumentException(
                        "question: " + query.getName() + " (expected: one of " + questions() + ")");
        };
    }

    /** A list that nothing was ever put into. */
    @Override
    public boolean lacks(MessageLite found) {
        return found instanceof FollowingView list && list.getBookVersion() == 0;
    }

    static ListQuestion listQuestion(StateQuery query) {
        try {
            ListQuestion question = ListQuestion.parseFrom(query.getArgument());
            if (question.getLimit() < 0 || question.getLimit() > FeedQueries.USERS_MAX) {
                throw new IllegalArgumentException("question about a list: limit " + question.getLimit()
                        + " (expected: 0.." + FeedQueries.USERS_MAX + ")");
            }
            return question;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("question about a list: " + e.getMessage(), e);
        }
    }

    /** Read again while a command about this reader comes in between, or is half in. */
    private static FollowingView following(
            String readerId, ListQuestion question, ReadOnlyKeyValueStore<Bytes, byte[]> store, Position included) {
        FollowBooks books = new FollowBooks(store);
        long at = included.getOffset();
        for (int attempt = 0; attempt < Moments.ATTEMPTS_MAX; attempt++) {
            ReaderHead head = books.reader(readerId);
            if (head.getChangedOffset() <= Math.max(0, at)) {
                FollowingView.Builder view = view(books, readerId, head, question);
                if (books.reader(readerId).equals(head)) {
                    return view.setPosition(included.toBuilder().setOffset(at)).build();
                }
            }
            Moments.pause(attempt);
            at = CommandMemory.progressOf(store).getOffset();
        }
        throw new ChangingTooFast("what " + readerId + " follows");
    }

    private static FollowingView.Builder view(
            FollowBooks books, String readerId, ReaderHead head, ListQuestion question) {
        FollowingView.Builder view = FollowingView.newBuilder()
                .setBookVersion(head.getBookVersion())
                .setOrdinal(head.getOrdinal())
                .setFollowing(head.getFollowing());
        if (question.getKnownVersion() > 0 && question.getKnownVersion() == head.getBookVersion()) {
            return view.setUnchanged(true);
        }
        try (KeyValueIterator<Bytes, byte[]> edges = books.edgesAfter(readerId, question.getAfter())) {
            while (edges.hasNext()) {
                if (view.getEdgesCount() == question.getLimit()) {
                    return view.setMore(true);
                }
                FollowEdge edge = FollowBooks.in(edges.next());
                if (head.getRelations() > 0 && FollowRules.hides(books.relation(readerId, edge.getAuthorId()))) {
                    view.addHidden(view.getEdgesCount());
                }
                view.addEdges(edge);
            }
        }
        return view;
    }

    private static Optional<RelationView> relation(String readerId, String userId, FollowBooks books) {
        FollowEdge edge = books.edge(readerId, userId);
        Relation relation = books.relation(readerId, userId);
        if (edge == null && !FollowRules.hides(relation)) {
            return Optional.empty();
        }
        RelationView.Builder view = RelationView.newBuilder().setRelation(relation);
        if (edge != null) {
            view.setEdge(edge);
        }
        return Optional.of(view.build());
    }
}
