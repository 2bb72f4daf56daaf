package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.topics.v1.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FeedPagesTest {
    private static final int STEPS = 4_000;
    private static final long STEP_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Asked ASKED = new Asked(PushedWorld.READER, List.of());

    /** Of all seeds together. */
    private static final SimpleMeterRegistry ALL = new SimpleMeterRegistry();

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private long steps;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    /** Late pushes, stale answers, hot authors, edges that come and go, timelines that are forgotten: the same page. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aPageIsTheNaiveOneAtItsPositionsWhoeverWasLeftOut(long seed) {
        Random random = new Random(seed);
        PushedWorld world = new PushedWorld(seed);
        Predicate<String> closed = author -> author.startsWith("c");
        FeedPages pages = pages(world, closed);
        for (int i = 0; i < STEPS; i++) {
            world.step();
            steps++;
            if (random.nextInt(8) > 0) {
                continue;
            }
            if (random.nextInt(20) == 0) {
                // Another process, that doesn't know whom others enrolled and rebuilt.
                pages = pages(world, closed);
            }
            Following following = world.following();
            long before = random.nextInt(3) > 0 ? 0 : someBound(world, random);
            int limit = 1 + random.nextInt(6);

            Future<FeedPage> answered = pages.before(following, ASKED, before, limit);

            if (answered.failed()) {
                // Everything changed under every attempt: an answer, but not a page.
                assertThat(answered.cause()).hasMessage(FeedOwners.unavailable().getMessage());
                continue;
            }
            assertThat(answered.result().posts())
                    .as("seed %d, step %d", seed, i)
                    .isEqualTo(naive(world, following, answered.result(), before, limit, closed));
        }
        ALL.counter("pages").increment(pagesFrom("timelines"));
        ALL.counter("pages with blocks").increment(pagesFrom("long-timelines"));
        ALL.counter("left out")
                .increment(metrics.counter("millrace.feed.left.out").count());
    }

    /** Else it was shown of pages that were merged from everybody's outboxes. */
    @AfterAll
    static void timelinesLeftManyOut() {
        assertThat(ALL.counter("pages").count()).isGreaterThan(1_000);
        assertThat(ALL.counter("pages with blocks").count()).isGreaterThan(50);
        assertThat(ALL.counter("left out").count())
                .as("of %.0f pages", ALL.counter("pages").count())
                .isGreaterThan(2 * ALL.counter("pages").count());
    }

    @Test
    void whileTimelinesAreAwayPagesAreMerged() {
        PushedWorld world = new PushedWorld(4);
        for (int i = 0; i < STEPS; i++) {
            world.step();
        }
        world.away = true;
        Following following = world.following();

        Future<FeedPage> answered = pages(world, author -> false).before(following, ASKED, 0, 5);

        assertThat(answered.result().posts())
                .isEqualTo(naive(world, following, answered.result(), 0, 5, author -> false));
        assertThat(pagesFrom("outboxes")).isEqualTo(1);
    }

    @Test
    void aTimelineThatWasLateOnceIsAskedForTheNextPage() {
        PushedWorld world = new PushedWorld(4);
        FeedPages pages = pages(world, author -> false);
        for (int i = 0; i < STEPS; i++) {
            world.step();
            steps++;
            if (i % 8 == 0) {
                var unused = pages.before(world.following(), ASKED, 0, 5);
            }
        }
        world.away = true;
        double merged = pagesFrom("outboxes");
        var late = pages.before(world.following(), ASKED, 0, 1);
        assertThat(pagesFrom("outboxes")).isEqualTo(merged + 1);
        world.away = false;
        int asked = world.timelinesAsked;

        var next = pages.before(world.following(), ASKED, 0, 1);

        assertThat(late.succeeded() && next.succeeded()).isTrue();
        assertThat(world.timelinesAsked).isEqualTo(asked + 1);
    }

    private static <T> Future<T> now(Callable<T> call) {
        try {
            return Future.succeededFuture(call.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static long someBound(PushedWorld world, Random random) {
        List<Long> ids = world.outboxes.newest();
        return ids.isEmpty() ? 0 : ids.get(random.nextInt(Math.min(ids.size(), 120)));
    }

    private static List<Post> naive(
            PushedWorld world, Following following, FeedPage page, long before, int limit, Predicate<String> closed) {
        Map<Integer, Long> positions = new HashMap<>();
        for (Position position : page.positions()) {
            if (position.getLog().equals("posts")) {
                positions.put(position.getPartition(), position.getOffset());
            }
        }
        List<String> seen = new ArrayList<>();
        following.byPartition().values().forEach(authors -> authors.forEach(author -> seen.add(author.id())));
        seen.removeIf(closed);
        return world.outboxes.at(positions, seen, FeedBounds.before(before), limit);
    }

    private double pagesFrom(String where) {
        return metrics.counter("millrace.feed.pages", "from", where).count();
    }

    private FeedPages pages(PushedWorld world, Predicate<String> closed) {
        return new FeedPages(
                world.outboxes,
                world,
                Optional.of(new LongTimelines(world, FeedPagesTest::now)),
                world.hot,
                new Enrolments(world.outboxes, world.log(), closed, () -> steps * STEP_NANOS),
                1,
                closed,
                () -> Instant.ofEpochMilli(ChangingOutboxes.BEGUN_MILLIS + PostIds.PARTITIONS_MAX),
                metrics);
    }
}
