package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Owners whose authors go on posting, changing and deleting between any two questions. */
final class ChangingOutboxes implements Outboxes {
    static final int PARTITIONS = 3;
    static final long BEGUN_MILLIS = 1_795_600_000_000L;

    /** All that a post ever was, by the offset from which on it was so. */
    private record History(String author, TreeMap<Long, Post> states) {
        Stream<Post> at(long offset, boolean deletedToo) {
            Map.Entry<Long, Post> state = states.floorEntry(offset);
            return state == null || (state.getValue().getDeleted() && !deletedToo)
                    ? Stream.empty()
                    : Stream.of(state.getValue());
        }
    }

    private final Random random;
    private final List<String> authors;
    private final boolean quiet;
    private final Map<Integer, List<History>> posts = new TreeMap<>();
    private final long[] offsets = {-1, -1, -1};
    private final long[] newest = new long[PARTITIONS];
    private long now = BEGUN_MILLIS;
    int questions;
    /** Of 10 answers so many are as of a while ago, as a standby's are. */
    int staleOfTen;

    Consumer<Post> whenMade = post -> {};

    /** @param quiet whether nothing happens between questions */
    ChangingOutboxes(long seed, List<String> authors, int changes, boolean quiet) {
        this.random = new Random(seed);
        this.authors = authors;
        this.quiet = quiet;
        for (int i = 0; i < changes; i++) {
            change();
        }
    }

    static int partitionOf(String author) {
        return author.charAt(0) % PARTITIONS;
    }

    /** Somebody posts, edits or deletes. */
    void change() {
        String author = authors.get(random.nextInt(authors.size()));
        int partition = partitionOf(author);
        List<History> all = posts.computeIfAbsent(partition, p -> new ArrayList<>());
        long offset = ++offsets[partition];
        now += random.nextInt(2);
        if (all.isEmpty() || random.nextInt(3) > 0) {
            newest[partition] = PostIds.next(newest[partition], now, partition);
            Post post = Post.newBuilder()
                    .setPostId(newest[partition])
                    .setAuthorId(author)
                    .setContent("new " + offset)
                    .build();
            all.add(new History(author, new TreeMap<>(Map.of(offset, post))));
            whenMade.accept(post);
        } else {
            TreeMap<Long, Post> states = all.get(random.nextInt(all.size())).states();
            Post before = Objects.requireNonNull(states.lastEntry()).getValue();
            if (random.nextBoolean()) {
                states.put(
                        offset, before.toBuilder().setContent("edit " + offset).build());
            } else {
                states.put(offset, before.toBuilder().setDeleted(true).build());
            }
        }
    }

    /** Ids of all posts ever made, newest first. */
    List<Long> newest() {
        return posts.keySet().stream()
                .flatMap(partition -> all(partition, Long.MAX_VALUE))
                .map(Post::getPostId)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** The slow way. */
    List<Post> at(Map<Integer, Long> positions, List<String> of, FeedBounds bounds, int limit) {
        Comparator<Post> byId = Comparator.comparingLong(Post::getPostId);
        return posts.entrySet().stream()
                .flatMap(partition -> partition.getValue().stream()
                        .flatMap(history ->
                                history.at(positions.getOrDefault(partition.getKey(), -1L), bounds.deletedToo()))
                        .filter(post -> post.getPostId() > bounds.afterIn(partition.getKey())))
                .filter(post -> of.contains(post.getAuthorId()))
                .filter(post -> bounds.before() == 0 || post.getPostId() < bounds.before())
                .sorted(bounds.oldestFirst() ? byId : byId.reversed())
                .limit(limit)
                .toList();
    }

    /** As they were made, deleted since or not. */
    private Stream<Post> all(int partition, long offset) {
        return posts.getOrDefault(partition, List.of()).stream()
                .filter(history -> history.states().firstKey() <= offset)
                .map(history ->
                        Objects.requireNonNull(history.states().firstEntry()).getValue());
    }

    @Override
    public Future<PostsView> posts(int partition, PostsQuestion question, Asked asked) {
        questions++;
        if (!quiet) {
            for (int i = random.nextInt(3); i > 0; i--) {
                change();
            }
        }
        long now = random.nextInt(10) < staleOfTen
                ? Math.max(-1, offsets[partition] - random.nextInt(20))
                : offsets[partition];
        long offset = question.hasAtOffset() ? question.getAtOffset() : now;
        Position position = Position.newBuilder()
                .setLog("posts")
                .setPartition(partition)
                .setOffset(offset)
                .build();
        boolean changed = posts.getOrDefault(partition, List.of()).stream()
                .filter(history -> question.getAuthorIdsList().contains(history.author()))
                .anyMatch(history -> history.states().firstKey() <= offset
                        && history.states().lastKey() > offset);
        if (changed) {
            return Future.succeededFuture(
                    PostsView.newBuilder().setPassed(true).setPosition(position).build());
        }
        FeedBounds bounds = new FeedBounds(
                question.getBefore(),
                Map.of(),
                question.getAfter(),
                question.getOldestFirst(),
                question.getDeletedToo());
        return Future.succeededFuture(PostsView.newBuilder()
                .addAllPosts(at(Map.of(partition, offset), question.getAuthorIdsList(), bounds, question.getLimit()))
                .setNewestPostId(
                        all(partition, offset).mapToLong(Post::getPostId).max().orElse(0))
                .setPosition(position)
                .addAllPostedAuthorIds(
                        question.getPostedAfter() == 0
                                ? List.of()
                                : all(partition, offset)
                                        .filter(post -> post.getPostId() > question.getPostedAfter())
                                        .map(Post::getAuthorId)
                                        .distinct()
                                        .toList())
                .build());
    }
}
