package dev.millrace.feed.streams;

import com.google.protobuf.MessageLite;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.streams.owner.CommandMemory;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about who follows an author. */
final class AudienceQueries implements StateReader {
    @Override
    public Set<String> questions() {
        return Set.of(FeedQueries.FOLLOWERS);
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
        if (!query.getName().equals(FeedQueries.FOLLOWERS)) {
            throw new IllegalArgumentException(
                    "question: " + query.getName() + " (expected: one of " + questions() + ")");
        }
        return Optional.of(followers(query.getOwner(), query.getKey(), FollowQueries.listQuestion(query), store));
    }

    @Override
    public boolean lacks(MessageLite found) {
        return found instanceof FollowersView audience && audience.getFollowers() == 0;
    }

    private static FollowersView followers(
            String authorId, String readerId, ListQuestion question, ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        FollowersView.Builder view = FollowersView.newBuilder()
                .setFollowers(AudienceBooks.head(store, authorId).getFollowers())
                .setIncludesReader(!readerId.isEmpty() && AudienceBooks.edge(store, authorId, readerId) != null);
        if (question.getLimit() == 0) {
            return view.build();
        }
        try (KeyValueIterator<Bytes, byte[]> edges = AudienceBooks.edgesAfter(store, authorId, question.getAfter())) {
            while (edges.hasNext()) {
                if (view.getPageCount() == question.getLimit()) {
                    return view.setMore(true).build();
                }
                KeyValue<Bytes, byte[]> entry = edges.next();
                view.addPage(FollowersView.Follower.newBuilder()
                        .setReaderId(UserKeys.otherIn(entry.key, authorId))
                        .setSinceMillis(AudienceBooks.in(entry).getSinceMillis()));
            }
        }
        return view.build();
    }
}
