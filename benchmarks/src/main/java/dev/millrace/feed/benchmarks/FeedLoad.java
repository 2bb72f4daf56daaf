package dev.millrace.feed.benchmarks;

import dev.millrace.benchmarks.People;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Answered;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.load.Headers;
import dev.millrace.load.InTurn;
import dev.millrace.load.Measured;
import dev.millrace.load.OpenLoop;
import dev.millrace.load.ProcessUse;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Posts by authors of several sizes and the moment one of their followers reads them, and pages of feeds at fixed
 * rates, over HTTP. Times count from when a post or a read was meant to be sent.
 */
public final class FeedLoad implements AutoCloseable {
    private static final int CONNECTIONS = 256;
    /** Followers of each author who take turns in looking for its posts. */
    private static final int WATCHERS = 64;

    private static final int PEOPLE_AT_ONCE = 4_000;
    private static final int COMMANDS_AT_ONCE = 128;
    private static final Duration COMMANDS_WITHIN = Duration.ofMinutes(15);
    private static final int POSTS_OF_EACH = 3;
    private static final long LOOK_AGAIN_MILLIS = 5;
    /** Whoever is refused doesn't ask two hundred times a second: that alone would keep a full system full. */
    private static final long REFUSED_AGAIN_MILLIS = 100;

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(60);
    /** A look begins until a post is given up, and takes as long as a call may; so does the post itself. */
    private static final Duration LAST_SEEN_WITHIN = SEEN_WITHIN.plusSeconds(40);

    private static final String NOT_SEEN = "not seen within " + SEEN_WITHIN.toSeconds() + " s: ";
    private static final String POST_ID = "\"postId\":\"";
    private static final byte[] NO_BODY = {};
    private static final String EMPTY_OBJECT = "{}";

    private final Target target;
    private final Options options;
    private final Vertx vertx = Calls.vertx();
    private final Calls calls = new Calls(vertx, CONNECTIONS);
    private final Random random;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final People authors;
    private final People readers;
    private final People others;
    private final Map<Integer, List<Headers>> watchers = new HashMap<>();
    private long commands;

    /**
     * What to do.
     *
     * @param followers one author for each number
     * @param readers people whose pages are read
     * @param followees of each of them
     * @param others authors whom they follow
     */
    public record Options(List<Integer> followers, int readers, int followees, int others, Duration step, long seed) {
        public JsonObject json() {
            return new JsonObject()
                    .put("followers", new JsonArray(followers))
                    .put("readers", readers)
                    .put("followees", followees)
                    .put("others", others)
                    .put("stepSeconds", step.toSeconds())
                    .put("seed", seed);
        }
    }

    /**
     * Posts of one author.
     *
     * @param accepted until the author has the 201
     * @param visible until a follower has read it
     */
    public record Posts(String of, Measured accepted, Measured visible, JsonObject processes) {
        public JsonObject json() {
            return new JsonObject()
                    .put("of", of)
                    .put("accepted", accepted.json())
                    .put("visible", visible.json())
                    .put("processes", processes);
        }
    }

    public record Pages(int perSecond, Measured pages, long unanswered, JsonObject processes) {
        public JsonObject json() {
            return new JsonObject()
                    .put("perSecond", perSecond)
                    .put("pages", pages.json())
                    .put("unanswered", unanswered)
                    .put("processes", processes);
        }
    }

    public FeedLoad(Target target, Options options) {
        if (options.followers().stream().anyMatch(followers -> followers < 1)) {
            throw new IllegalArgumentException("followers: " + options.followers() + " (expected: at least 1 each,"
                    + " as a follower looks for the posts)");
        }
        if (options.followees() > options.others()) {
            throw new IllegalArgumentException("followees: " + options.followees() + " of " + options.others()
                    + " others (expected: no more than there are)");
        }
        this.target = target;
        this.options = options;
        this.random = new Random(options.seed());
        this.authors =
                new People(target, run + "-author-", 0, options.followers().size());
        this.readers = new People(target, run + "-reader-", 0, options.readers());
        this.others = new People(target, run + "-other-", 0, options.others());
    }

    /** Lets everybody follow, and the others post. Returns how many commands that took. */
    public long prepare() throws InterruptedException {
        int crowd = Collections.max(options.followers());
        for (int from = 0; from < crowd; from += PEOPLE_AT_ONCE) {
            People some = new People(target, run + "-crowd-", from, Math.min(PEOPLE_AT_ONCE, crowd - from));
            for (int author = 0; author < options.followers().size(); author++) {
                follow(some, from, author);
            }
        }
        follow();
        commands(options.others() * POSTS_OF_EACH, i -> post(others.lines(i % options.others()), "before " + i));
        return commands;
    }

    private void follow(People some, int from, int author) throws InterruptedException {
        int followers = options.followers().get(author);
        int count = Math.min(PEOPLE_AT_ONCE, followers - from);
        if (count <= 0) {
            return;
        }
        String path = followersOf(run + "-author-" + author);
        commands(count, i -> new Command(HttpMethod.PUT, path, some.lines(i), "follow-" + author, EMPTY_OBJECT));
        int apart = Math.max(1, followers / WATCHERS);
        for (int i = 0; i < count; i++) {
            if ((from + i) % apart == 0) {
                watchers.computeIfAbsent(author, a -> new ArrayList<>()).add(some.lines(i));
            }
        }
    }

    private void follow() throws InterruptedException {
        commands(options.readers() * options.followees(), i -> {
            // In turn, as one who follows two hundred people within a second would be told to wait.
            int reader = i % options.readers();
            // Every so many of the others, from a place of one's own on: each once.
            long place = reader + (long) (i / options.readers()) * options.others() / options.followees();
            int followee = (int) (place % options.others());
            return new Command(
                    HttpMethod.PUT,
                    followersOf(run + "-other-" + followee),
                    readers.lines(reader),
                    "follow-" + followee,
                    EMPTY_OBJECT);
        });
    }

    private void commands(int count, IntFunction<Command> command) throws InterruptedException {
        List<Throwable> refused = new ArrayList<>();
        InTurn.each(
                vertx,
                IntStream.range(0, count).boxed().toList(),
                COMMANDS_AT_ONCE,
                COMMANDS_WITHIN,
                i -> command.apply(i)
                        .untilAccepted(vertx, calls, target.ingestPort())
                        .onFailure(refused::add));
        if (!refused.isEmpty()) {
            throw new IllegalStateException(refused.get(0));
        }
        commands += count;
    }

    /**
     * Posts of one author, and of another one at the same time.
     *
     * @param author which of the numbers of followers
     * @param beside another one; the same for none
     */
    public Posts posts(int author, double perSecond, int beside, double besidePerSecond) throws InterruptedException {
        String of = options.followers().get(author) + " followers";
        if (beside != author) {
            of += ", beside " + options.followers().get(beside);
        }
        var posts = new Posts(of, new Measured(), new Measured(), new JsonObject());
        var unmeasured = new Posts("", new Measured(), new Measured(), new JsonObject());
        var use = new ProcessUse(target.processes());
        double all = perSecond + (beside == author ? 0 : besidePerSecond);
        double[] due = {0};
        long unanswered = new OpenLoop(vertx, all, options.step(), LAST_SEEN_WITHIN, (intended, whenSeen) -> {
                    due[0] += perSecond / all;
                    if (due[0] >= 1 - 1e-9) {
                        due[0] -= 1;
                        post(author, intended, posts, whenSeen);
                    } else {
                        post(beside, intended, unmeasured, whenSeen);
                    }
                })
                .run();
        if (unanswered > 0) {
            throw new IllegalStateException(unanswered + " posts were neither seen nor given up");
        }
        return new Posts(of, posts.accepted(), posts.visible(), use.json());
    }

    private void post(int author, long intended, Posts posts, Runnable whenSeen) {
        Command command = post(authors.lines(author), "at " + intended);
        command.send(calls, target.ingestPort(), new Answered() {
            @Override
            public void answer(Answer answer) {
                posts.accepted().add(System.nanoTime() - intended, answer.words());
                if (answer.status() == 201) {
                    new Look(watcher(author), answer.json(), intended, posts.visible(), whenSeen).begin();
                } else {
                    posts.visible().add(System.nanoTime() - intended, answer.words());
                    whenSeen.run();
                }
            }

            @Override
            public void failure(Throwable failure) {
                posts.accepted()
                        .add(System.nanoTime() - intended, failure.getClass().getSimpleName());
                whenSeen.run();
            }
        });
    }

    /** Reads until the post is there, as somebody does who waits for it. */
    private final class Look implements Answered {
        private final Headers watcher;
        private final String postId;
        private final String fromThere;
        private final long intended;
        private final Measured visible;
        private final Runnable whenSeen;
        private String path = "/feed";

        Look(Headers watcher, JsonObject post, long intended, Measured visible, Runnable whenSeen) {
            this.watcher = watcher;
            this.postId = post.getString("postId");
            this.fromThere =
                    "/feed?cursor=" + Instant.parse(post.getString("createdAt")).plusMillis(1);
            this.intended = intended;
            this.visible = visible;
            this.whenSeen = whenSeen;
        }

        void begin() {
            calls.send(HttpMethod.GET, target.servingPort(), path, watcher, "", NO_BODY, this);
        }

        @Override
        public void answer(Answer answer) {
            if (answer.status() != 200) {
                again(REFUSED_AGAIN_MILLIS, answer.words());
                return;
            }
            String page = answer.body().toString();
            if (page.contains(POST_ID + postId + '"')) {
                seen("seen");
                return;
            }
            if (isBelow(page)) {
                // It came onto the first page and left it between two looks.
                path = fromThere;
            }
            again(LOOK_AGAIN_MILLIS, "200");
        }

        @Override
        public void failure(Throwable failure) {
            again(REFUSED_AGAIN_MILLIS, failure.getClass().getSimpleName());
        }

        /** Whether all of the page is newer than the post: ids sort by time. */
        private boolean isBelow(String page) {
            int last = page.lastIndexOf(POST_ID) + POST_ID.length();
            return last >= POST_ID.length() && page.substring(last).compareTo(postId) > 0;
        }

        private void again(long afterMillis, String words) {
            if (System.nanoTime() - intended > SEEN_WITHIN.toNanos()) {
                seen(NOT_SEEN + words);
            } else {
                vertx.setTimer(afterMillis, timer -> begin());
            }
        }

        private void seen(String how) {
            visible.add(System.nanoTime() - intended, how);
            whenSeen.run();
        }
    }

    /** First pages of the readers' feeds; posts go on at one a second, so that pages change. */
    public Pages pages(int perSecond, Duration lasting) throws InterruptedException {
        var pages = new Measured();
        var use = new ProcessUse(target.processes());
        int postEvery = Math.max(1, perSecond);
        int[] begun = {0};
        long unanswered = new OpenLoop(vertx, perSecond, lasting, (intended, whenAnswered) -> {
                    if (begun[0]++ % postEvery == 0) {
                        postOfOthers();
                    }
                    page(readers.lines(random.nextInt(options.readers())), intended, pages, whenAnswered);
                })
                .run();
        return new Pages(perSecond, pages, unanswered, use.json());
    }

    private void postOfOthers() {
        Command command = post(others.lines(), "meanwhile");
        command.send(calls, target.ingestPort(), new Answered() {
            @Override
            public void answer(Answer answer) {
                // Only pages are measured.
            }

            @Override
            public void failure(Throwable failure) {
                // As above.
            }
        });
    }

    private void page(Headers reader, long intended, Measured pages, Runnable whenAnswered) {
        calls.send(HttpMethod.GET, target.servingPort(), "/feed", reader, "", NO_BODY, new Answered() {
            @Override
            public void answer(Answer answer) {
                pages.add(System.nanoTime() - intended, answer.words());
                whenAnswered.run();
            }

            @Override
            public void failure(Throwable failure) {
                pages.add(System.nanoTime() - intended, failure.getClass().getSimpleName());
                whenAnswered.run();
            }
        });
    }

    private Headers watcher(int author) {
        List<Headers> looking = watchers.getOrDefault(author, List.of());
        return looking.get(random.nextInt(looking.size()));
    }

    private Command post(Headers author, String words) {
        String body = new JsonObject()
                .put("content", words + ": what one says in a line or two, for those who want to hear it.")
                .encode();
        return new Command(HttpMethod.POST, "/posts", author, "post-" + random.nextLong(), body);
    }

    private static String followersOf(String author) {
        return "/users/" + author + "/followers";
    }

    @Override
    public void close() {
        calls.close();
        vertx.close().await();
    }
}
