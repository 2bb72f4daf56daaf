package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.AuthorHead;
import dev.millrace.feed.topics.v1.PostMade;
import dev.millrace.feed.topics.v1.PostState;
import dev.millrace.topics.CommandId;
import org.jspecify.annotations.Nullable;

/** Everything the owner knows of the authors of its partition, to read. */
public interface PostBook {
    /** Newest id given in the partition, 0 if none was. */
    long newestPostId();

    /** The empty head for an author who hasn't posted. */
    AuthorHead author(String authorId);

    /** A post of this author, deleted or not; null if the author has no such post. */
    @Nullable PostState post(String authorId, long postId);

    /** What a command made; null if it made nothing. */
    @Nullable PostMade made(CommandId commandId);
}
