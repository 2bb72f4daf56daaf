package dev.millrace.feed.standalone.crowd;

import dev.millrace.feed.standalone.crowd.Reading.Turn;
import dev.millrace.load.Measured;
import dev.millrace.load.OpenLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * People who write and people who read, each when the plan says so whatever happened to those before. Everything runs on
 * one event loop.
 */
final class Crowd {
    private static final int[] PAGE_SIZES = {20, 20, 20, 20, 50, 100, 1, 3, 7};
    private static final int OLDER_PAGES_MAX = 3;
    private static final long LOOK_FOR_POST_EVERY_MILLIS = 20;
    private static final Duration LOOK_FOR_POST_MAX = Duration.ofSeconds(10);
    /** So that a post isn't pushed off the page that it is looked for on. */
    private static final int LOOK_FOR_POST_PAGE = 100;

    private final Vertx vertx;
    private final CrowdDesk desk;
    private final Reading reading;
    private final Writing writing;
    private final CrowdOptions options;
    private final List<Member> members;
    private final List<FollowGraph.Edge> edges;
    private final Random readers;
    private final Random watchers;
    private final Measured visible = new Measured();
    /** Of those who look for a post. */
    private final List<Future<?>> watches = new ArrayList<>();

    Crowd(
            Vertx vertx,
            CrowdDesk desk,
            Reading reading,
            CrowdOptions options,
            List<Member> members,
            List<FollowGraph.Edge> edges) {
        this.vertx = vertx;
        this.desk = desk;
        this.reading = reading;
        this.options = options;
        this.members = members;
        this.edges = edges;
        this.readers = new Random(options.seed() + 1);
        this.watchers = new Random(options.seed() + 2);
        this.writing = new Writing(desk, members, edges, new Random(options.seed() + 3), this::watch);
    }

    /** From when a post was meant to be sent until one of its author's followers saw it. */
    Measured visible() {
        return visible;
    }

    /** Only reads, for so long. */
    void look(Duration lasting) throws InterruptedException {
        new OpenLoop(vertx, options.readsPerSecond(), lasting, this::read).run();
    }

    /** Runs until nobody asks any more. Returns how many writes never got an answer. */
    long run() throws InterruptedException {
        Thread looking = new Thread(this::lookAllTheTime, "readers");
        looking.start();
        OpenLoop writes =
                new OpenLoop(vertx, options.writesPerSecond(), options.lasting(), (intended, whenAnswered) -> {
                    desk.figures().begunLate(System.nanoTime() - intended);
                    writing.something(intended).onComplete(done -> whenAnswered.run());
                });
        long unanswered = writes.run();
        looking.join();
        Promise<Void> watched = Promise.promise();
        vertx.runOnContext(last -> Future.join(List.copyOf(watches)).onComplete(ended -> watched.complete()));
        watched.future().await();
        return unanswered;
    }

    private void lookAllTheTime() {
        try {
            look(options.lasting());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(long intendedNanos, Runnable whenAnswered) {
        Member reader = reader();
        String position = position(reader);
        int pageSize = PAGE_SIZES[readers.nextInt(PAGE_SIZES.length)];
        int what = readers.nextInt(100);
        Future<?> read;
        Member.Seen seen = reader.seen();
        if (what < 70 || (what < 80 && seen == null)) {
            read = reading.feed(reader, null, pageSize, position, intendedNanos)
                    .compose(turn -> older(reader, turn, pageSize, OLDER_PAGES_MAX));
        } else if (what < 80 && seen != null) {
            read = reading.arrivals(reader, seen, pageSize, position, intendedNanos);
        } else if (what < 86) {
            read = reading.postsOf(reader, known(reader), null, pageSize, position, intendedNanos);
        } else if (what < 91) {
            read = reading.followers(reader, known(reader), null, pageSize, position, intendedNanos);
        } else if (what < 94) {
            read = reading.following(reader, known(reader), null, pageSize, position, intendedNanos);
        } else {
            read = reading.profile(reader, known(reader), position, intendedNanos);
        }
        read.onComplete(done -> whenAnswered.run());
    }

    /** Some turn the page, and some again. */
    private Future<Turn> older(Member reader, Turn turn, int pageSize, int pagesMax) {
        if (turn.next() == null || pagesMax == 0 || readers.nextInt(3) > 0) {
            return Future.succeededFuture(turn);
        }
        return reading.feed(reader, turn, pageSize, null, System.nanoTime())
                .compose(next -> older(reader, next, pageSize, pagesMax - 1));
    }

    /** Half of all reads are by anybody, half by those who follow more. */
    private Member reader() {
        return members.get(
                readers.nextBoolean()
                        ? readers.nextInt(members.size())
                        : edges.get(readers.nextInt(edges.size())).follower());
    }

    /** Somebody whom the reader follows, or anybody. */
    private Member known(Member reader) {
        Member author = readers.nextBoolean() ? Member.any(reader.follows(), readers) : null;
        return author == null
                ? members.get(edges.get(readers.nextInt(edges.size())).author())
                : author;
    }

    /** Many want to see what they did themselves; a few, everything that anybody was told. */
    private @Nullable String position(Member reader) {
        int what = readers.nextInt(100);
        return what < 30 ? Member.header(reader.heard()) : what < 35 ? Member.header(desk.heard()) : null;
    }

    /** Looks at the feed of one who follows the author until the post is there, or the follower has left. */
    private void watch(Member author, Writing.Posted posted) {
        Member follower = Member.any(author.followers(), watchers);
        if (follower != null) {
            watches.add(watch(author, follower, posted));
        }
    }

    private Future<?> watch(Member author, Member follower, Writing.Posted posted) {
        return reading.shows(follower, posted.postId(), LOOK_FOR_POST_PAGE).compose(there -> {
            long took = System.nanoTime() - posted.sinceNanos();
            boolean gone = !follower.follows().contains(author)
                    || follower.apart().contains(author)
                    || author.apart().contains(follower)
                    || !author.posts().contains(posted.postId());
            if (there) {
                visible.add(took, "seen");
            } else if (!gone && took > LOOK_FOR_POST_MAX.toNanos()) {
                visible.add(took, "not seen");
            } else if (!gone) {
                return vertx.timer(LOOK_FOR_POST_EVERY_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> watch(author, follower, posted));
            }
            return Future.succeededFuture();
        });
    }

    Writing writing() {
        return writing;
    }
}
