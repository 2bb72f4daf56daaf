package dev.millrace.feed.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.TopicHistory;
import dev.millrace.standalone.Verdicts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every page that is served while people post, edit, delete, follow, block and mute is what the oracle says it had to be. */
@ExtendWith(OneSystem.class)
class FeedOracleIT {
    private static final Logger LOG = LoggerFactory.getLogger(FeedOracleIT.class);
    private static final int USERS = 8;
    private static final int CHANGES = 150;
    private static final int PAGES = 4;
    private static final int QUIET = 12;
    private static final String LEFT_OUT = "millrace_feed_left_out_total";
    private static final String FROM_TIMELINES = "millrace_feed_pages_total{from=\"timelines\"";

    private final TestSystem system;
    private final List<FeedUser> users;

    /** A page as it was served. */
    private record Served(
            String reader, Map<String, Long> positions, String before, int pageSize, List<String> lines) {}

    FeedOracleIT(TestSystem system) {
        this.system = system;
        this.users = IntStream.range(0, USERS)
                .mapToObj(i -> FeedUser.any(system, "user" + i))
                .toList();
    }

    @Test
    void everyPageIsTheOraclesAtThePositionItStates() {
        holdEveryPageToTheOracle(() -> {});
    }

    @Test
    void everyPageIsTheOraclesThroughAKilledOwnerToo() {
        int restarts = system.status("streams-0").restarts();

        holdEveryPageToTheOracle(() -> system.kill("streams-0"));

        system.awaitRestarted("streams-0", restarts);
    }

    /** Its posts are pushed, then not, then again, and each time somebody reads meanwhile. */
    @Test
    void everyPageIsTheOraclesWhileAnAuthorBecomesHotAndCoolAgain() {
        FeedUser star = users.get(0);
        List<FeedUser> fans = users.subList(1, USERS);
        holdEveryPageToTheOracle(System.nanoTime(), List.of(() -> {
            for (int round = 0; round < 4; round++) {
                fans.forEach(fan -> fan.follow(star));
                posts(star, "hot " + round, fans.size());
                fans.subList(0, 5).forEach(fan -> fan.unfollow(star));
                posts(star, "cool " + round, fans.size() - 5);
            }
        }));

        List<AuthorMode> modes = modesOf(star);
        assertThat(modes).extracting(AuthorMode::getHot).contains(true, false);
        assertThat(modes.get(modes.size() - 1).getBeforeCount()).isPositive();
    }

    private static void atOnce(List<FeedUser> all, Consumer<FeedUser> does) {
        List<CompletableFuture<Void>> doing = all.stream()
                .map(user -> CompletableFuture.runAsync(() -> does.accept(user)))
                .toList();
        doing.forEach(CompletableFuture::join);
    }

    /** Many while its owner may not have heard yet who follows, and one when it has. */
    private static void posts(FeedUser author, String content, int followers) {
        for (int i = 0; i < 20; i++) {
            author.post(content + ", " + i);
        }
        await().until(() ->
                author.read("/users/" + author.id()).json().path("followers").asInt() == followers);
        author.post(content + ", known");
    }

    private List<AuthorMode> modesOf(FeedUser author) {
        List<AuthorMode> modes = new ArrayList<>();
        TopicHistory.read(system.bootstrap(), FeedTopics.AUTHOR_MODES.name(), record -> {
            AuthorMode mode =
                    FeedTopics.AUTHOR_MODES.values().deserializer().deserialize(record.topic(), record.value());
            if (mode.getAuthorId().equals(author.id())) {
                modes.add(mode);
            }
        });
        return modes;
    }

    private void holdEveryPageToTheOracle(Runnable meanwhile) {
        long seed = System.nanoTime();
        List<Runnable> writers = new ArrayList<>(List.of(meanwhile));
        IntStream.range(0, 4).forEach(i -> writers.add(() -> write(i, new Random(seed - 1 - i))));
        holdEveryPageToTheOracle(seed, writers);
    }

    /** Everybody follows some who have posted once: the others' posts push these off the newest page. */
    private void followQuietAuthors() {
        List<FeedUser> quiet = IntStream.range(0, QUIET)
                .mapToObj(i -> FeedUser.any(system, "quiet" + i))
                .toList();
        atOnce(quiet, author -> author.post("once"));
        atOnce(users, user -> quiet.forEach(user::follow));
    }

    private void holdEveryPageToTheOracle(long seed, List<Runnable> writers) {
        followQuietAuthors();
        double fromTimelinesBefore = system.servingCounter(FROM_TIMELINES);
        double leftOutBefore = system.servingCounter(LEFT_OUT);
        LOG.atInfo().addKeyValue("seed", seed).log("feed history");
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<List<Served>>> readers = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> read(new Random(seed + i), over)))
                .toList();
        List<CompletableFuture<Void>> writing =
                writers.stream().map(CompletableFuture::runAsync).toList();
        writing.forEach(CompletableFuture::join);
        over.set(true);
        List<Served> pages = new ArrayList<>();
        readers.forEach(reader -> pages.addAll(reader.join()));
        Random last = new Random(seed);
        for (FeedUser user : users) {
            pages.addAll(through(user, last));
        }

        FeedOracle oracle = FeedOracle.of(system.bootstrap());

        assertThat(oracle.facts()).isGreaterThan(CHANGES);
        double fromTimelines = system.servingCounter(FROM_TIMELINES) - fromTimelinesBefore;
        double leftOut = system.servingCounter(LEFT_OUT) - leftOutBefore;
        LOG.atInfo()
                .addKeyValue("pages", pages.size())
                .addKeyValue("fromTimelines", fromTimelines)
                .addKeyValue("leftOut", leftOut)
                .log("pages held to the oracle");
        assertThat(fromTimelines).isPositive();
        assertThat(leftOut).isPositive();
        assertThat(pages).hasSizeGreaterThan(USERS);
        List<String> wrong = new ArrayList<>();
        for (Served page : pages) {
            List<String> right = oracle.page(page.reader(), page.positions(), page.before(), page.pageSize());
            if (!page.lines().equals(right)) {
                wrong.add(page + " (expected: " + right + ")");
            }
        }
        Verdicts.assertNone(getClass(), "seed " + seed, wrong);
    }

    /** Each writer has users of its own, so that it knows which posts there are. */
    private void write(int writer, Random random) {
        List<FeedUser> mine = users.subList(2 * writer, 2 * writer + 2);
        Map<String, FeedUser> posts = new HashMap<>();
        for (int i = 0; i < CHANGES; i++) {
            FeedUser user = mine.get(random.nextInt(mine.size()));
            FeedUser other = users.get(random.nextInt(USERS));
            if (other == user) {
                continue;
            }
            String some = posts.isEmpty() ? "" : new ArrayList<>(posts.keySet()).get(random.nextInt(posts.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> user.follow(other);
                case 3 -> user.unfollow(other);
                case 4 -> user.begin(random.nextBoolean() ? "blocks" : "mutes", other);
                case 5, 6 -> user.end(random.nextBoolean() ? "blocks" : "mutes", other);
                case 7 -> {
                    if (!some.isEmpty()) {
                        Objects.requireNonNull(posts.get(some)).edit(some, "edit " + i);
                    }
                }
                case 8 -> {
                    if (!some.isEmpty()) {
                        Objects.requireNonNull(posts.remove(some)).delete(some);
                    }
                }
                default -> posts.put(user.post("post " + i), user);
            }
        }
    }

    private List<Served> read(Random random, AtomicBoolean over) {
        List<Served> served = new ArrayList<>();
        while (!over.get()) {
            served.addAll(through(users.get(random.nextInt(USERS)), random));
        }
        return served;
    }

    /** A few pages of one reader, one after the other. */
    private static List<Served> through(FeedUser reader, Random random) {
        List<Served> served = new ArrayList<>();
        int pageSize = 1 + random.nextInt(12);
        String before = "";
        Answer page = reader.api().get("/feed?pageSize=" + pageSize);
        for (int i = 0; i < PAGES; i++) {
            if (page.status() == 503) {
                // Nobody holds some partition for a moment; that is no page.
                break;
            }
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            served.add(served(reader, before, pageSize, page));
            String cursor = page.member("nextCursor");
            if (cursor.isEmpty()) {
                break;
            }
            List<String> ids = FeedUser.ids(page);
            before = ids.get(ids.size() - 1);
            page = reader.api().get("/feed?pageSize=" + pageSize + "&cursor=" + cursor);
        }
        return served;
    }

    private static Served served(FeedUser reader, String before, int pageSize, Answer page) {
        List<String> lines = new ArrayList<>();
        for (JsonNode item : page.json().path("items")) {
            lines.add(item.path("postId").asText() + " " + item.path("content").asText());
        }
        Map<String, Long> positions = new HashMap<>();
        for (String position : page.texts("position")) {
            int dot = position.lastIndexOf('.');
            positions.put(position.substring(0, dot), Long.parseLong(position.substring(dot + 1)));
        }
        return new Served(reader.id(), positions, before, pageSize, lines);
    }
}
