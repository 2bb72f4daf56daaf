package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FollowingsTest {
    private static final String READER = "m-reader";
    private static final int PARTS = 3;
    /** What the owner here gives at once, however much is asked for. */
    private static final int PART_EDGES = 5;

    private final HeldLists owner = new HeldLists();
    private final Followings followings =
            new Followings(owner, Optional.empty(), () -> Instant.ofEpochMilli(1_795_600_000_000L));

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @Test
    void whoeverWantsAListThatIsBeingReadWaitsForIt() {
        owner.follow(PARTS * PART_EDGES);

        List<Future<Following>> wanted =
                Stream.generate(() -> list(0)).limit(50).toList();
        owner.answerAll();

        assertThat(wanted).allSatisfy(this::isTheListAtItsPosition);
        assertThat(owner.partsRead).isEqualTo(PARTS);
    }

    /** Each sees that it has changed; the rest of it is read once. */
    @Test
    void aListThatHasChangedIsReadOnByOne() {
        owner.follow(PARTS * PART_EDGES);
        list(0);
        owner.answerAll();
        owner.unfollow();
        owner.partsRead = 0;

        List<Future<Following>> wanted =
                Stream.generate(() -> list(0)).limit(50).toList();
        owner.answerAll();

        assertThat(wanted).allSatisfy(this::isTheListAtItsPosition);
        assertThat(owner.partsRead).isEqualTo(50 + PARTS - 1);
    }

    /** Whoever has seen more than the one who reads gets no older list for it. */
    @Test
    void aListReadForSomebodyElseIncludesWhatWasSeen() {
        owner.follow(2);
        Future<Following> first = list(0);
        owner.answerOne();
        owner.follow(1);

        Future<Following> next = list(owner.books.size() - 1L);
        owner.answerAll();

        assertThat(first.succeeded()).isTrue();
        isTheListAtItsPosition(next);
        assertThat(next.result().position().getOffset()).isEqualTo(owner.books.size() - 1L);
    }

    @Test
    void ifTheOneWhoReadsFailsTheOthersReadThemselves() {
        owner.follow(3);
        Future<Following> first = list(1_000);
        Future<Following> next = list(0);

        owner.answerAll();

        assertThat(first.failed()).isTrue();
        isTheListAtItsPosition(next);
        Future<Following> later = list(0);
        owner.answerAll();
        isTheListAtItsPosition(later);
    }

    @Test
    void whileNobodyAnswersWhoWaitsForAListAsksNobodyElse() {
        owner.follow(PARTS * PART_EDGES);
        List<Future<Following>> wanted =
                Stream.generate(() -> list(0)).limit(50).toList();
        owner.answerOne();
        owner.away = true;

        owner.answerAll();

        assertThat(owner.asked).isEqualTo(2);
        assertThat(wanted)
                .allSatisfy(failed -> assertThat(failed.cause())
                        .hasMessage(FeedOwners.unavailable().getMessage()));
        owner.away = false;
        Future<Following> later = list(0);
        owner.answerAll();
        isTheListAtItsPosition(later);
    }

    /** Of those who wait for one who has seen more than the owner knows. */
    @Test
    void ifTheOneWhoReadsFailsForWhatItHasSeenOneOfTheOthersReadsForAll() {
        owner.follow(PARTS * PART_EDGES);
        list(0);
        owner.answerAll();
        owner.unfollow();
        List<Future<Following>> wanted = new ArrayList<>();
        wanted.add(list(2));
        for (int i = 0; i < 50; i++) {
            wanted.add(list(0));
        }
        while (owner.held.size() > 1) {
            owner.answerOne();
        }
        owner.partsRead = 0;
        owner.isBehind = true;
        owner.answerOne();
        owner.isBehind = false;

        owner.answerAll();

        assertThat(wanted.get(0).failed()).isTrue();
        assertThat(wanted.subList(1, wanted.size())).allSatisfy(this::isTheListAtItsPosition);
        assertThat(owner.partsRead).isEqualTo(PARTS - 1);
    }

    @Test
    void whoFollowsNobodyHasAListToo() {
        List<Future<Following>> wanted = Stream.generate(() -> list(0)).limit(3).toList();
        owner.answerAll();

        assertThat(wanted).allSatisfy(this::isTheListAtItsPosition);
    }

    /** Requests come and answers go in any order, from owners that are behind too, while the list changes. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aListIsWhatItWasAtItsPosition(long seed) {
        Random random = new Random(seed);
        owner.follow(random.nextInt(6 * PART_EDGES));
        List<Future<Following>> wanted = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            switch (random.nextInt(8)) {
                case 0 -> owner.follow(1 + random.nextInt(PART_EDGES));
                case 1 -> owner.unfollow();
                case 2, 3 -> {
                    long offset = random.nextInt(owner.books.size());
                    seen.add(offset);
                    wanted.add(list(offset));
                }
                default -> owner.answerSome(random);
            }
        }
        owner.answerAll();

        for (int i = 0; i < wanted.size(); i++) {
            Future<Following> answered = wanted.get(i);
            if (answered.failed()) {
                // It changed under every attempt.
                assertThat(answered.cause()).hasMessage(FeedOwners.unavailable().getMessage());
                continue;
            }
            isTheListAtItsPosition(answered);
            assertThat(answered.result().position().getOffset()).isGreaterThanOrEqualTo(seen.get(i));
        }
    }

    private Future<Following> list(long seenOffset) {
        return followings.of(
                READER, 1, new Asked(READER, seenOffset == 0 ? List.of() : List.of(HeldLists.position(seenOffset))));
    }

    private void isTheListAtItsPosition(Future<Following> answered) {
        assertThat(answered.isComplete()).isTrue();
        Following list = answered.result();
        TreeSet<String> authors = new TreeSet<>();
        list.byPartition().getOrDefault(0, List.of()).forEach(author -> authors.add(author.id()));
        TreeSet<String> expected =
                new TreeSet<>(owner.books.get((int) list.position().getOffset()));
        expected.add(READER);
        assertThat(authors).isEqualTo(expected);
    }

    /** A reader's owner whose answers come when they are let go, each as of then. */
    private static final class HeldLists implements ReaderLists {
        /** How the list was after each command; the first is before any. */
        private final List<TreeSet<String>> books = new ArrayList<>(List.of(new TreeSet<>()));

        private final List<Runnable> held = new ArrayList<>();
        private int asked;
        private int partsRead;
        private boolean away;
        /** For whoever has seen anything. */
        private boolean isBehind;

        private int named;

        void follow(int authors) {
            TreeSet<String> more = new TreeSet<>(books.get(books.size() - 1));
            for (int i = 0; i < authors; i++) {
                more.add("a-" + named++);
            }
            books.add(more);
        }

        void unfollow() {
            TreeSet<String> fewer = new TreeSet<>(books.get(books.size() - 1));
            fewer.pollFirst();
            books.add(fewer);
        }

        void answerOne() {
            held.remove(0).run();
        }

        void answerAll() {
            while (!held.isEmpty()) {
                answerOne();
            }
        }

        void answerSome(Random random) {
            if (!held.isEmpty()) {
                held.remove(random.nextInt(held.size())).run();
            }
        }

        @Override
        public Future<Said<FollowingView>> following(String readerId, ListQuestion question, Asked asked) {
            Promise<Said<FollowingView>> answer = Promise.promise();
            this.asked++;
            held.add(() -> {
                long offset = books.size() - 1L;
                if (away) {
                    answer.fail(FeedOwners.unavailable());
                } else if (isBehind && !asked.positions().isEmpty()) {
                    answer.fail(Problem.of(504, "NOT_YET_VISIBLE", "Not yet."));
                } else if (asked.isIncludedIn(position(offset))) {
                    answer.complete(
                            new Said<>(Optional.of(view(question, offset)), false, Optional.of(position(offset)), 0));
                } else {
                    answer.fail(FeedOwners.unavailable());
                }
            });
            return answer.future();
        }

        private FollowingView view(ListQuestion question, long offset) {
            TreeSet<String> book = books.get((int) offset);
            FollowingView.Builder view =
                    FollowingView.newBuilder().setBookVersion(offset).setPosition(position(offset));
            if (question.getKnownVersion() > 0 && question.getKnownVersion() == offset) {
                return view.setUnchanged(true).build();
            }
            partsRead++;
            for (String author : book.tailSet(question.getAfter(), false)) {
                if (view.getEdgesCount() == PART_EDGES) {
                    return view.setMore(true).build();
                }
                view.addEdges(FollowEdge.newBuilder()
                        .setAuthorId(author)
                        .setVersion(1)
                        .setAcknowledged(true)
                        .setAcknowledgedPostId(1));
            }
            return view.build();
        }

        static Position position(long offset) {
            return Position.newBuilder().setLog("follows").setOffset(offset).build();
        }
    }
}
