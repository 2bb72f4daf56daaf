package dev.millrace.feed.serving;

import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.topics.http.StateUnavailable;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * One page of a feed, merged from the outboxes of everybody who is sought for it: each partition of authors is asked for
 * the best of all its authors at once, few partitions at a time, and what is already better than a partition can offer isn't asked
 * for. All authors of a partition are read as of the same offset.
 */
final class FeedMerge {
    private static final int ASKED_AT_ONCE_MAX = 8;
    /** Names of authors in one question take at most so many characters. */
    private static final int QUESTION_CHARS_MAX = 200_000;

    private static final int ATTEMPTS_MAX = 5;

    private final Outboxes outboxes;
    private final Asked asked;
    private final FeedBounds bounds;
    private final int limit;
    private final int authorsMax;
    private final Comparator<Post> order;
    /** The one that goes first if a better one comes is at its head. */
    private final PriorityQueue<Post> best;

    private final Map<Integer, PostsView> first = new TreeMap<>();
    private final Deque<Work> waiting = new ArrayDeque<>();
    private final Promise<Void> done = Promise.promise();
    private int running;

    /** What is left to ask of one partition. */
    private static final class Work {
        private final int partition;
        private final Sought sought;
        private final List<List<String>> questions = new ArrayList<>();
        private final List<Post> found = new ArrayList<>();
        private int next;
        private int attempts;

        Work(int partition, Sought sought) {
            this.partition = partition;
            this.sought = sought;
        }
    }

    private FeedMerge(Outboxes outboxes, Asked asked, FeedBounds bounds, int limit, int authorsMax) {
        this.outboxes = outboxes;
        this.asked = asked;
        this.bounds = bounds;
        this.limit = limit;
        this.authorsMax = authorsMax;
        Comparator<Post> byId = Comparator.comparingLong(Post::getPostId);
        this.order = bounds.oldestFirst() ? byId : byId.reversed();
        this.best = new PriorityQueue<>(order.reversed());
    }

    /**
     * @param sought by partition of authors
     * @param reader where the list of these authors was read
     * @param limit posts wanted; one more than a page tells whether there are more
     */
    static Future<FeedPage> page(
            Outboxes outboxes,
            Map<Integer, Sought> sought,
            Position reader,
            Asked asked,
            FeedBounds bounds,
            int limit) {
        return page(outboxes, sought, reader, asked, bounds, limit, FeedQueries.AUTHORS_MAX);
    }

    /** @param authorsMax most that one question names */
    static Future<FeedPage> page(
            Outboxes outboxes,
            Map<Integer, Sought> sought,
            Position reader,
            Asked asked,
            FeedBounds bounds,
            int limit,
            int authorsMax) {
        FeedMerge merge = new FeedMerge(outboxes, asked, bounds, limit, authorsMax);
        sought.forEach((partition, who) -> merge.waiting.add(merge.begun(new Work(partition, who))));
        merge.askMore();
        return merge.done.future().map(unused -> merge.result(reader));
    }

    private Work begun(Work work) {
        work.next = 0;
        work.found.clear();
        work.questions.clear();
        work.questions.addAll(questions(work.sought.authors()));
        return work;
    }

    private List<List<String>> questions(List<String> authors) {
        List<List<String>> questions = new ArrayList<>();
        int from = 0;
        int chars = 0;
        for (int i = 0; i < authors.size(); i++) {
            chars += authors.get(i).length();
            if (i - from == authorsMax || chars > QUESTION_CHARS_MAX) {
                questions.add(authors.subList(from, i));
                from = i;
                chars = authors.get(i).length();
            }
        }
        questions.add(authors.subList(from, authors.size()));
        return questions;
    }

    private synchronized void askMore() {
        if (running == 0 && waiting.isEmpty()) {
            done.tryComplete();
        }
        while (running < ASKED_AT_ONCE_MAX && !waiting.isEmpty()) {
            Work work = waiting.remove();
            running++;
            outboxes.posts(work.partition, question(work), included(work)).onComplete(answered -> {
                if (answered.failed()) {
                    fail(work, answered.cause());
                } else {
                    take(work, answered.result());
                }
            });
        }
    }

    private PostsQuestion question(Work work) {
        PostsQuestion.Builder question = PostsQuestion.newBuilder()
                .addAllAuthorIds(work.questions.get(work.next))
                .setBefore(bounds.before())
                .setAfter(bounds.afterIn(work.partition))
                .setLimit(limit)
                .setOldestFirst(bounds.oldestFirst())
                .setDeletedToo(bounds.deletedToo());
        if (work.next == 0) {
            question.setPostedAfter(work.sought.postedAfter());
        } else {
            // As the first of this partition: it is one moment that a page is of.
            question.setAtOffset(firstOf(work).getPosition().getOffset());
        }
        if (best.size() == limit && bounds.oldestFirst()) {
            question.setBefore(best.element().getPostId());
        } else if (best.size() == limit) {
            question.setAfter(Math.max(question.getAfter(), best.element().getPostId()));
        }
        return question.build();
    }

    /** Whoever answers for the rest of a partition must have come as far as whoever answered first. */
    private Asked included(Work work) {
        return work.next == 0
                ? asked
                : new Asked(asked.caller(), List.of(firstOf(work).getPosition()));
    }

    private PostsView firstOf(Work work) {
        PostsView view = first.get(work.partition);
        if (view == null) {
            throw new IllegalStateException("partition " + work.partition + " asked for more before its first answer");
        }
        return view;
    }

    /** Who else has posted only an owner says: while there is none, few authors can be asked for without. */
    private synchronized void fail(Work work, Throwable failure) {
        Sought everybody = work.sought.everybody();
        boolean fewer = work.next == 0
                && work.sought.postedAfter() > 0
                && everybody.authors().size() <= PostArchive.AUTHORS_MAX;
        if (failure instanceof StateUnavailable && fewer) {
            running--;
            waiting.add(begun(new Work(work.partition, everybody)));
            askMore();
        } else {
            done.tryFail(failure);
        }
    }

    private synchronized void take(Work work, PostsView view) {
        running--;
        if (view.getPassed()) {
            again(work);
            return;
        }
        if (work.next == 0) {
            first.put(work.partition, view);
            List<String> more = posted(work.sought, view);
            if (!more.isEmpty()) {
                work.questions.addAll(questions(more));
            }
        }
        work.found.addAll(view.getPostsList());
        work.next++;
        if (work.next < work.questions.size()) {
            waiting.addFirst(work);
        } else {
            // Only now it is sure that all of the partition is of one moment.
            work.found.forEach(this::offer);
        }
        askMore();
    }

    /** Who of the others has posted, or may have. */
    private static List<String> posted(Sought sought, PostsView view) {
        return view.getPostedTooMany()
                ? List.copyOf(sought.others())
                : view.getPostedAuthorIdsList().stream()
                        .filter(sought.others()::contains)
                        .toList();
    }

    /** The moment that was begun with is gone: the whole partition is read anew. */
    private void again(Work work) {
        work.attempts++;
        if (work.attempts == ATTEMPTS_MAX) {
            done.tryFail(FeedOwners.unavailable());
            return;
        }
        waiting.add(begun(work));
        askMore();
    }

    private void offer(Post post) {
        best.add(post);
        if (best.size() > limit) {
            best.remove();
        }
    }

    private synchronized FeedPage result(Position reader) {
        List<Post> posts = new ArrayList<>(best);
        posts.sort(order);
        Map<Integer, Long> newest = new TreeMap<>();
        List<Position> positions = new ArrayList<>();
        positions.add(reader);
        first.forEach((partition, view) -> {
            newest.put(partition, view.getNewestPostId());
            positions.add(view.getPosition());
        });
        // Before its first command a partition has no position.
        positions.removeIf(position -> position.getOffset() < 0);
        return new FeedPage(posts, newest, positions);
    }
}
