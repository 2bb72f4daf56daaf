package dev.millrace.feed.standalone.history;

import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.standalone.history.Contradictions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Every post in each of its versions, from the commands; and whether the facts on the log say the same. */
final class PostHistory {
    private final Map<String, NavigableMap<Long, List<Version>>> byAuthor = new HashMap<>();
    private final Map<Long, List<Version>> byPost = new HashMap<>();
    private final Map<String, Integer> partitionOf = new HashMap<>();
    private final Map<Integer, NavigableMap<Long, Long>> newestIds = new HashMap<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Outcomes<PostOutcome> outcomes = new Outcomes<>();

    /** A post from the command at this offset on. */
    record Version(long offset, Post post) {}

    static PostHistory of(FeedLog log, Contradictions found) {
        PostHistory history = new PostHistory();
        log.postCommands()
                .forEach((partition, commands) -> FactCheck.check(
                        FeedLog.POSTS,
                        partition,
                        history.replay(partition, commands),
                        log.postFacts().getOrDefault(partition, List.of()),
                        fact -> fact.getPosition().getOffset(),
                        found));
        log.postFacts().forEach((partition, facts) -> {
            if (!log.postCommands().containsKey(partition)) {
                found.add(facts.size() + " facts in a partition without a command: posts." + partition);
            }
        });
        return history;
    }

    private NavigableMap<Long, PostFact> replay(int partition, List<Written<PostCommand>> commands) {
        PostModel model = new PostModel();
        NavigableMap<Long, PostFact> facts = new TreeMap<>();
        Map<String, Long> newestFact = new HashMap<>();
        NavigableMap<Long, Long> newest = newestIds.computeIfAbsent(partition, p -> new TreeMap<>());
        for (Written<PostCommand> written : commands) {
            PostCommand command = written.message();
            ends.put(partition, written.offset());
            partitionOf.put(command.getAuthorId(), partition);
            PostModel.Decided decided = model.decide(written);
            PostFact fact = decided.fact();
            if (fact != null) {
                facts.put(written.offset(), fact);
                newestFact.put(command.getAuthorId(), written.offset());
                sequences.put(command.getAuthorId(), fact.getSequence());
                Post post = postIn(fact);
                if (fact.hasPostCreated()) {
                    newest.put(written.offset(), post.getPostId());
                }
                List<Version> versions = byPost.computeIfAbsent(post.getPostId(), id -> new ArrayList<>());
                versions.add(new Version(written.offset(), post));
                byAuthor.computeIfAbsent(post.getAuthorId(), a -> new TreeMap<>())
                        .putIfAbsent(post.getPostId(), versions);
            }
            outcomes.add(
                    command.getMeta().getCommandId(),
                    command.getMeta().getBodyHash(),
                    new Told<>(
                            decided.outcome(),
                            partition,
                            written.offset(),
                            newestFact.getOrDefault(command.getAuthorId(), -1L)));
        }
        return facts;
    }

    private static Post postIn(PostFact fact) {
        return switch (fact.getKindCase()) {
            case POST_CREATED -> fact.getPostCreated();
            case POST_EDITED -> fact.getPostEdited();
            case POST_DELETED -> fact.getPostDeleted();
            case KIND_NOT_SET -> throw new IllegalStateException("the model makes no fact without a kind");
        };
    }

    Outcomes<PostOutcome> outcomes() {
        return outcomes;
    }

    /** -1 if this author never sent a command: nobody knows, and nobody needs to. */
    int partitionOf(String authorId) {
        return partitionOf.getOrDefault(authorId, -1);
    }

    /** Offset of a partition's last command; -1 if it has none. */
    long end(int partition) {
        return ends.getOrDefault(partition, -1L);
    }

    /** How many facts an author has in all. */
    long sequence(String authorId) {
        return sequences.getOrDefault(authorId, 0L);
    }

    /** An author's posts as they were at that offset of their partition, deleted ones too. */
    List<Post> postsAt(String authorId, long offset) {
        List<Post> posts = new ArrayList<>();
        for (List<Version> versions :
                byAuthor.getOrDefault(authorId, new TreeMap<>()).values()) {
            Post post = at(versions, offset);
            if (post != null) {
                posts.add(post);
            }
        }
        return posts;
    }

    /** Null if there was no such post then. */
    @Nullable Post postAt(long postId, long offset) {
        return at(byPost.getOrDefault(postId, List.of()), offset);
    }

    private static @Nullable Post at(List<Version> versions, long offset) {
        Post post = null;
        for (Version version : versions) {
            if (version.offset() <= offset) {
                post = version.post();
            }
        }
        return post;
    }

    /** 0 if nothing had been posted in that partition by then. */
    long newestIdAt(int partition, long offset) {
        NavigableMap<Long, Long> newest = newestIds.get(partition);
        Map.Entry<Long, Long> entry = newest == null ? null : newest.floorEntry(offset);
        return entry == null ? 0 : entry.getValue();
    }

    /** Whether the number of an author's posts was such at this offset or at any later one. */
    boolean countFrom(String authorId, long offset, LongPredicate right) {
        NavigableMap<Long, Integer> changes = new TreeMap<>();
        for (List<Version> versions :
                byAuthor.getOrDefault(authorId, new TreeMap<>()).values()) {
            for (Version version : versions) {
                boolean first = version.equals(versions.get(0));
                changes.put(version.offset(), version.post().getDeleted() ? -1 : first ? 1 : 0);
            }
        }
        long count = changes.headMap(offset, true).values().stream()
                .mapToLong(change -> change)
                .sum();
        if (right.test(count)) {
            return true;
        }
        for (int change : changes.tailMap(offset, false).values()) {
            count += change;
            if (right.test(count)) {
                return true;
            }
        }
        return false;
    }
}
