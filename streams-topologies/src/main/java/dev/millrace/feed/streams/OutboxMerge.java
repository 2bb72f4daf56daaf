package dev.millrace.feed.streams;

import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostState;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.streams.owner.CommandMemory;
import dev.millrace.streams.owner.StateReader.ChangingTooFast;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The posts of many authors of a partition as one list: only as many outboxes are opened as can have a part in it, and
 * what is answered is exactly what was there at one position, whatever is written meanwhile.
 */
final class OutboxMerge {
    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
    private final PostBooks books;
    private final PostsQuestion question;
    private final long older;
    private final long newer;

    /** An author and the newest id that its outbox can have within the bounds. */
    private record Outbox(String authorId, long newest) {}

    OutboxMerge(ReadOnlyKeyValueStore<Bytes, byte[]> store, PostsQuestion question) {
        this.store = store;
        this.books = new PostBooks(store);
        this.question = question;
        this.older = question.getAfter() + 1;
        this.newer = question.getBefore() == 0 ? Long.MAX_VALUE : question.getBefore() - 1;
    }

    /**
     * @param included a position that everything up to was in the store when it was taken
     * @throws ChangingTooFast if posts changed during every attempt
     */
    PostsView read(Position included) {
        if (question.hasAtOffset()) {
            return readOnce(
                    included.toBuilder().setOffset(question.getAtOffset()).build());
        }
        long at = included.getOffset();
        for (int attempt = 0; attempt < Moments.ATTEMPTS_MAX; attempt++) {
            OptionalLong newest = books.newestPostIdAt(at);
            Optional<List<Post>> posts = newest.isEmpty() ? Optional.empty() : readAt(at);
            if (posts.isPresent()) {
                PostsView.Builder view = PostsView.newBuilder()
                        .addAllPosts(posts.get())
                        .setNewestPostId(newest.getAsLong())
                        .setPosition(included.toBuilder().setOffset(at));
                if (question.getPostedAfter() > 0) {
                    addWhoPosted(view);
                }
                return view.build();
            }
            Moments.pause(attempt);
            at = CommandMemory.progressOf(store).getOffset();
        }
        throw new ChangingTooFast("posts of " + question.getAuthorIdsCount() + " authors");
    }

    /** All who posted up to the answer's offset, and maybe some after it: whoever asks looks at their posts as of it. */
    private void addWhoPosted(PostsView.Builder view) {
        Set<String> authors = new LinkedHashSet<>();
        int posts = 0;
        try (KeyValueIterator<Bytes, byte[]> made = books.madeAfter(question.getPostedAfter())) {
            while (made.hasNext()) {
                authors.add(PostBooks.authorIn(made.next()));
                if (++posts > FeedQueries.POSTED_MAX) {
                    view.setPostedTooMany(true);
                    return;
                }
            }
        }
        view.addAllPostedAuthorIds(authors);
    }

    private PostsView readOnce(Position at) {
        PostsView.Builder view = PostsView.newBuilder().setPosition(at);
        return readAt(at.getOffset())
                .map(view::addAllPosts)
                .orElseGet(() -> view.setPassed(true))
                .build();
    }

    /** Empty if a post that belongs in has been changed since: how it was is lost. */
    private Optional<List<Post>> readAt(long at) {
        List<Outbox> outboxes = new ArrayList<>();
        for (String authorId : question.getAuthorIdsList()) {
            long newest = Math.min(newer, books.author(authorId).getNewestPostId());
            if (newest >= older) {
                outboxes.add(new Outbox(authorId, newest));
            }
        }
        Comparator<Post> byId = Comparator.comparingLong(Post::getPostId);
        Comparator<Post> order = question.getOldestFirst() ? byId : byId.reversed();
        // The one that goes first if a better one comes is at its head.
        PriorityQueue<Post> best = new PriorityQueue<>(order.reversed());
        // Whoever has the newest first: then those whose newest is too old needn't be opened at all.
        outboxes.sort(Comparator.comparingLong(Outbox::newest).reversed());
        for (Outbox outbox : outboxes) {
            if (!question.getOldestFirst()
                    && isFull(best)
                    && outbox.newest() < best.element().getPostId()) {
                break;
            }
            if (!take(outbox, at, best, order)) {
                return Optional.empty();
            }
        }
        List<Post> posts = new ArrayList<>(best);
        posts.sort(order);
        return Optional.of(posts);
    }

    private boolean take(Outbox outbox, long at, PriorityQueue<Post> best, Comparator<Post> order) {
        try (KeyValueIterator<Bytes, byte[]> posts = open(outbox)) {
            while (posts.hasNext()) {
                KeyValue<Bytes, byte[]> entry = posts.next();
                PostState state = PostBooks.in(entry);
                if (isFull(best) && order.compare(state.getPost(), best.element()) > 0) {
                    return true;
                }
                if (state.getCreatedOffset() > at) {
                    continue;
                }
                if (state.getChangedOffset() > at) {
                    return false;
                }
                if (question.getDeletedToo() || !state.getPost().getDeleted()) {
                    best.add(state.getPost());
                    if (best.size() > question.getLimit()) {
                        best.remove();
                    }
                }
            }
            return true;
        }
    }

    private KeyValueIterator<Bytes, byte[]> open(Outbox outbox) {
        return question.getOldestFirst()
                ? books.oldestFirst(outbox.authorId(), older, outbox.newest())
                : books.newestFirst(outbox.authorId(), outbox.newest(), older);
    }

    private boolean isFull(PriorityQueue<Post> best) {
        return best.size() == question.getLimit();
    }
}
