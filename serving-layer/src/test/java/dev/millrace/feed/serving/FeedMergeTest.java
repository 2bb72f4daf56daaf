package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.topics.http.StateUnavailable;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FeedMergeTest {
    private static final Asked ASKED = new Asked("alice", List.of());
    private static final Position READER =
            Position.newBuilder().setLog("follows").setPartition(1).setOffset(7).build();

    /** By partition of posts. */
    private static final Map<Integer, Long> NOW = Map.of(0, Long.MAX_VALUE, 1, Long.MAX_VALUE, 2, Long.MAX_VALUE);

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** Whatever is asked, and whatever happens meanwhile: what is answered was so at the positions that are stated. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aPageIsWhatThereWasAtItsPositions(long seed) {
        Random random = new Random(seed);
        List<String> authors = authors(12);
        ChangingOutboxes outboxes = new ChangingOutboxes(seed, authors, 60, false);
        List<String> followed =
                authors.stream().filter(a -> random.nextInt(3) > 0).toList();
        List<String> closed =
                followed.stream().filter(a -> random.nextInt(6) == 0).toList();
        boolean oldestFirst = random.nextBoolean();
        long bound = PostIds.firstOf(1_795_600_000_000L + random.nextInt(30));
        FeedBounds bounds = switch (random.nextInt(3)) {
            case 0 -> new FeedBounds(0, Map.of(), 0, oldestFirst);
            case 1 -> new FeedBounds(bound, Map.of(), 0, oldestFirst);
            default -> new FeedBounds(0, Map.of(random.nextInt(3), bound), 0, oldestFirst);
        };
        int limit = 1 + random.nextInt(20);

        Future<FeedPage> answered = FeedMerge.page(outboxes, sought(followed, closed), READER, ASKED, bounds, limit, 2);

        if (answered.failed()) {
            // Everything changed under every attempt, as it does here: an answer, but not a page.
            assertThat(answered.cause()).hasMessage(FeedOwners.unavailable().getMessage());
            return;
        }
        FeedPage page = answered.result();
        Map<Integer, Long> positions = ofPosts(page);
        List<String> open =
                followed.stream().filter(author -> !closed.contains(author)).toList();
        assertThat(page.posts()).as("seed %d", seed).isEqualTo(outboxes.at(positions, open, bounds, limit));
        assertThat(page.positions()).contains(READER);
    }

    @Test
    void pagesShareNoPostAndLeaveNoneOut() {
        List<String> authors = List.of("a", "b", "c", "d");
        ChangingOutboxes outboxes = new ChangingOutboxes(4, authors, 300, true);
        List<Post> paged = new ArrayList<>();
        FeedBounds bounds = FeedBounds.newest();
        FeedPage page;
        do {
            page = FeedMerge.page(outboxes, sought(authors, List.of()), READER, ASKED, bounds, 8)
                    .result();
            List<Post> shown = page.posts().stream().limit(7).toList();
            paged.addAll(shown);
            bounds = FeedBounds.before(shown.get(shown.size() - 1).getPostId());
        } while (page.posts().size() > 7);

        assertThat(paged).isEqualTo(outboxes.at(NOW, authors, FeedBounds.newest(), Integer.MAX_VALUE));
    }

    @Test
    void aReaderOfFiftyThousandIsAskedForInFewQuestions() {
        List<String> authors = authors(50_000);
        ChangingOutboxes outboxes = new ChangingOutboxes(1, authors, 200, true);

        FeedPage page = FeedMerge.page(outboxes, sought(authors, List.of()), READER, ASKED, FeedBounds.newest(), 21)
                .result();

        assertThat(page.posts()).hasSize(21);
        assertThat(outboxes.questions).isLessThanOrEqualTo(50_000 / FeedQueries.AUTHORS_MAX + 3);
    }

    @Test
    void ofManyOnlyThoseAreAskedForWhatArrivedWhoHavePosted() {
        List<String> authors = authors(50_000);
        ChangingOutboxes outboxes = new ChangingOutboxes(1, authors, 200, true);
        FeedBounds bounds = new FeedBounds(0, Map.of(), outboxes.newest().get(50), true);
        Map<Integer, Sought> sought = sought(authors, List.of());
        sought.replaceAll((partition, all) -> all.ifPostedAfter(bounds.afterIn(partition)));

        FeedPage page =
                FeedMerge.page(outboxes, sought, READER, ASKED, bounds, 21).result();

        assertThat(page.posts()).hasSize(21).isEqualTo(outboxes.at(NOW, authors, bounds, 21));
        assertThat(outboxes.questions).isLessThanOrEqualTo(2 * ChangingOutboxes.PARTITIONS);
    }

    /** Who has posted since counts, and nobody else of the others: the same as to ask all. */
    @ParameterizedTest
    @MethodSource("seeds")
    void othersAreAskedIfTheyHavePosted(long seed) {
        List<String> authors = authors(12);
        ChangingOutboxes outboxes = new ChangingOutboxes(seed, authors, 60, false);
        long since = outboxes.newest().get(5);

        Future<FeedPage> answered = FeedMerge.page(
                outboxes, mostAsOthers(authors, since), READER, ASKED, new FeedBounds(0, Map.of(), since, false), 5, 2);

        if (answered.failed()) {
            assertThat(answered.cause()).hasMessage(FeedOwners.unavailable().getMessage());
            return;
        }
        FeedPage page = answered.result();
        Map<Integer, Long> positions = ofPosts(page);
        assertThat(page.posts())
                .as("seed %d", seed)
                .isEqualTo(outboxes.at(positions, authors, new FeedBounds(0, Map.of(), since, false), 5));
    }

    /** Of a partition whose owner is away, a database answers for few authors; who else has posted it can't say. */
    @ParameterizedTest
    @MethodSource("seeds")
    void othersAreAllAskedWhileNobodySaysWhoHasPosted(long seed) {
        List<String> authors = authors(12);
        ChangingOutboxes outboxes = new ChangingOutboxes(seed, authors, 60, true);
        long since = outboxes.newest().get(5);
        FeedBounds bounds = new FeedBounds(0, Map.of(), since, false);
        Outboxes ownerAway = (partition, question, asked) -> partition == 1 && question.getPostedAfter() > 0
                ? Future.failedFuture(new StateUnavailable("nobody answers"))
                : outboxes.posts(partition, question, asked);

        FeedPage page = FeedMerge.page(ownerAway, mostAsOthers(authors, since), READER, ASKED, bounds, 5)
                .result();

        assertThat(page.posts()).as("seed %d", seed).isEqualTo(outboxes.at(NOW, authors, bounds, 5));
    }

    /** Their first letters say which partition they are of. */
    private static List<String> authors(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> (char) ('a' + i % 26) + "-" + i)
                .toList();
    }

    /** By partition of posts: up to where the page is of it. */
    private static Map<Integer, Long> ofPosts(FeedPage page) {
        return page.positions().stream()
                .filter(position -> position.getLog().equals("posts"))
                .collect(Collectors.toMap(Position::getPartition, Position::getOffset));
    }

    /** Of each partition one author is asked in any case. */
    private static Map<Integer, Sought> mostAsOthers(List<String> authors, long since) {
        Map<Integer, Sought> sought = new TreeMap<>();
        sought(authors, List.of())
                .forEach((partition, all) -> sought.put(
                        partition,
                        new Sought(
                                all.authors().subList(0, 1),
                                Set.copyOf(
                                        all.authors().subList(1, all.authors().size())),
                                since)));
        return sought;
    }

    private static Map<Integer, Sought> sought(List<String> authors, List<String> closed) {
        Map<Integer, List<Author>> byPartition = new TreeMap<>();
        authors.forEach(author -> byPartition
                .computeIfAbsent(ChangingOutboxes.partitionOf(author), p -> new ArrayList<>())
                .add(new Author(author, 1)));
        return Sought.all(closed::contains, byPartition);
    }
}
