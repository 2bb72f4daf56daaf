package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.ReaderHead;
import dev.millrace.feed.topics.v1.Relation;
import org.jspecify.annotations.Nullable;

/** Everything the owner knows of the readers of its partition, to read. */
public interface FollowBook {
    /** The empty head for a reader nothing is known of. */
    ReaderHead reader(String readerId);

    /** Null if the reader doesn't follow this author. */
    @Nullable FollowEdge edge(String readerId, String authorId);

    /** The empty relation between two who have nothing to do with each other. */
    Relation relation(String readerId, String userId);

    /** Newest ordinal given in the partition, 0 if none was. */
    int newestOrdinal();
}
