package dev.millrace.feed.streams.timeline;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineView;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about readers' timelines. */
final class TimelineQueries implements StateReader {
    @Override
    public Set<String> questions() {
        return Set.of(FeedQueries.TIMELINE);
    }

    @Override
    public long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        return TimelineStore.included(store);
    }

    @Override
    public Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included) {
        if (!query.getName().equals(FeedQueries.TIMELINE)) {
            throw new IllegalArgumentException(
                    "question: " + query.getName() + " (expected: one of " + questions() + ")");
        }
        byte[] view = store.get(TimelineStore.key(question(query)));
        try {
            return Optional.of(TimelineView.parseFrom(view).toBuilder()
                    .setPosition(included)
                    .build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the store's own answer can't be read", e);
        }
    }

    private static TimelineQuestion question(StateQuery query) {
        try {
            TimelineQuestion question = TimelineQuestion.parseFrom(query.getArgument());
            if (question.getLimit() < 1 || question.getLimit() > FeedQueries.ENTRIES_MAX) {
                throw new IllegalArgumentException("question about a timeline: limit " + question.getLimit()
                        + " (expected: 1.." + FeedQueries.ENTRIES_MAX + ")");
            }
            return question;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("question about a timeline: " + e.getMessage(), e);
        }
    }
}
