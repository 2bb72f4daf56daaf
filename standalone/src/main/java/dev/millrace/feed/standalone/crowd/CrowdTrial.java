package dev.millrace.feed.standalone.crowd;

import dev.millrace.feed.standalone.crowd.Reading.Turn;
import dev.millrace.feed.standalone.history.FeedCheck;
import dev.millrace.feed.standalone.history.Observations;
import dev.millrace.load.Calls;
import dev.millrace.load.InTurn;
import dev.millrace.load.Measured;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.CallFigures;
import dev.millrace.standalone.trial.CallTable;
import dev.millrace.standalone.trial.Desk;
import dev.millrace.standalone.trial.Fault;
import dev.millrace.standalone.trial.Faults;
import dev.millrace.standalone.trial.Harm;
import dev.millrace.standalone.trial.Person;
import dev.millrace.standalone.trial.TrialSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A crowd on a running feed, over HTTP: a graph of follows is made, people post and read, faults in between, and at the
 * end a verdict on everything that was decided, answered and shown.
 */
public final class CrowdTrial {
    private static final int WRITERS = 128;
    /** Readers have a connection each. With fewer they would queue in here, unseen by what could send them away. */
    private static final int READERS = 4_096;

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    /** A crowd isn't at one address: the limit per address is for one. Other systems have no more than one here. */
    private static final List<String> ADDRESSES = System.getProperty("os.name").startsWith("Linux")
            ? IntStream.rangeClosed(1, 100).mapToObj(i -> "127.0.1." + i).toList()
            : List.of();

    private static final int AT_ONCE = 96;
    private static final Duration GRAPH_WITHIN = Duration.ofMinutes(20);
    private static final Duration LOOKS_WITHIN = Duration.ofMinutes(5);
    /** How long after the last write is begun writes are tried again. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final int LAST_LOOKS_MAX = 300;
    private static final int LAST_PAGES_MAX = 30;
    private static final int PAGE_SIZE_MAX = 100;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

    private final TrialSystem system;
    private final CrowdOptions options;
    private final Consumer<String> progress;
    private final Observations seen = new Observations();
    private final Map<String, Long> heard = new TreeMap<>();
    private final CallFigures<CrowdCall> figures = new CallFigures<>(CrowdCall.class);

    /**
     * What it came to.
     *
     * @param table for people
     * @param harm of every fault that happened, in their order
     * @param unanswered writes that never got a final answer
     */
    public record Result(String table, List<Harm> harm, long unanswered, Verdict verdict) {
        public Result {
            harm = List.copyOf(harm);
        }
    }

    /** @param progress told every second how things stand, in one line */
    public CrowdTrial(TrialSystem system, CrowdOptions options, Consumer<String> progress) {
        this.system = system;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Everything a trial is played with.
     *
     * @param desk where those call who write
     * @param window where those who read
     */
    private record Stage(Vertx vertx, Desk desk, Desk window, List<Member> members, FollowGraph graph) {}

    /** Plays it and checks it. */
    public Result run() throws InterruptedException {
        Vertx vertx = Calls.vertx();
        // Of their own, as people have: else those who write would wait in here for the answers to those who read.
        try (Calls writers = new Calls(vertx, WRITERS, ANSWER_WITHIN, ADDRESSES);
                Calls readers = new Calls(vertx, READERS, ANSWER_WITHIN, ADDRESSES)) {
            return play(new Stage(
                    vertx,
                    new Desk(writers, system.port(), seen::called),
                    new Desk(readers, system.port(), seen::called),
                    members(),
                    FollowGraph.of(options.users(), options.seed())));
        } finally {
            vertx.close().await();
        }
    }

    private Result play(Stage stage) throws InterruptedException {
        makeGraph(stage);
        if (!options.rehearsal().isZero()) {
            progress.accept("rehearsing for " + options.rehearsal().toSeconds() + " s");
            crowd(stage, uncounted(stage, options.rehearsal())).look(options.rehearsal());
        }
        Faults faults = new Faults(
                system.children(),
                Fault.plan(options.kills(), options.killsApart(), options.lasting()),
                options.seed());
        Crowd crowd = crowd(stage, patient(stage, figures, options.lasting()));
        long timer = stage.vertx().setPeriodic(PROGRESS_EVERY.toMillis(), now -> progress.accept(line(faults)));
        faults.start();
        long unanswered = crowd.run();
        faults.finish();
        stage.vertx().cancelTimer(timer);
        Verdict verdict = check(stage);
        List<Harm> harm =
                faults.struck().stream().map(struck -> Harm.of(struck, figures)).toList();
        return new Result(table(crowd.visible(), harm), harm, unanswered, verdict);
    }

    private List<Member> members() {
        String run = Long.toString(System.currentTimeMillis(), 36);
        return IntStream.range(0, options.users())
                .parallel()
                .mapToObj(i -> "crowd-" + run + "-" + i)
                .map(name -> new Member(new Person(name, system.issuer().token(name, false))))
                .toList();
    }

    private Crowd crowd(Stage stage, CrowdDesk desk) {
        Reading reading = new Reading(desk, seen, false);
        return new Crowd(
                stage.vertx(),
                desk,
                reading,
                options,
                stage.members(),
                stage.graph().edges());
    }

    private CrowdDesk patient(Stage stage, CallFigures<CrowdCall> counted, Duration lasting) {
        long until = System.nanoTime() + lasting.plus(PATIENCE).toNanos();
        return new CrowdDesk(stage.vertx(), stage.desk(), stage.window(), counted, heard, until);
    }

    private CrowdDesk uncounted(Stage stage, Duration lasting) {
        return patient(stage, new CallFigures<>(CrowdCall.class), lasting);
    }

    private void makeGraph(Stage stage) throws InterruptedException {
        Writing writing = crowd(stage, uncounted(stage, GRAPH_WITHIN)).writing();
        AtomicInteger made = new AtomicInteger();
        List<FollowGraph.Edge> edges = stage.graph().edges();
        long timer = stage.vertx()
                .setPeriodic(
                        PROGRESS_EVERY.toMillis(),
                        now -> progress.accept(
                                String.format(Locale.ROOT, "%,d of %,d follows made", made.get(), edges.size())));
        InTurn.each(
                stage.vertx(),
                edges,
                AT_ONCE,
                GRAPH_WITHIN,
                edge -> writing.follow(edge, "graph-" + made.incrementAndGet()));
        stage.vertx().cancelTimer(timer);
    }

    private String line(Faults faults) {
        return String.format(
                Locale.ROOT,
                "%,d writes decided, %,d pages read, %,d tried again, %d faults",
                figures.count(false),
                figures.count(true),
                figures.retries(),
                faults.struck().size());
    }

    /**
     * Waits until owners have told each other everything: what is under way looks like a contradiction. Then some people
     * look at everything there is, and all of it is checked.
     */
    private Verdict check(Stage stage) throws InterruptedException {
        long until = System.nanoTime() + options.caughtUpWithin().toNanos();
        Observations nothing = new Observations();
        while (true) {
            progress.accept("waiting for what is under way");
            Verdict settled = FeedCheck.read(system.bootstrap()).verdict(nothing);
            if (settled.clean()) {
                progress.accept("looking at everything once more");
                lookAtEverything(stage);
                break;
            }
            if (System.nanoTime() > until) {
                break;
            }
            Pause.of(LOOK_EVERY);
        }
        progress.accept("checking");
        return FeedCheck.read(system.bootstrap()).verdict(seen);
    }

    private void lookAtEverything(Stage stage) throws InterruptedException {
        CrowdDesk last = uncounted(stage, Duration.ZERO);
        Reading reading = new Reading(last, seen, true);
        List<Member> some = new ArrayList<>(stage.members());
        some.sort(Comparator.comparingInt(member -> -member.posts().size()));
        InTurn.each(
                stage.vertx(),
                some.subList(0, Math.min(some.size(), LAST_LOOKS_MAX)),
                AT_ONCE / 4,
                LOOKS_WITHIN,
                member -> everythingOf(reading, member, stage.members().get(0)));
    }

    private static Future<?> everythingOf(Reading reading, Member member, Member stranger) {
        long now = System.nanoTime();
        return through(turn -> reading.feed(member, turn, PAGE_SIZE_MAX, null, now))
                .compose(done -> through(turn -> reading.postsOf(member, member, turn, PAGE_SIZE_MAX, null, now)))
                .compose(done -> through(turn -> reading.followers(member, member, turn, PAGE_SIZE_MAX, null, now)))
                .compose(done -> through(turn -> reading.following(member, member, turn, PAGE_SIZE_MAX, null, now)))
                .compose(done -> reading.profile(stranger, member, null, now))
                .compose(done -> reading.postsOf(stranger, member, null, PAGE_SIZE_MAX, null, now));
    }

    private static Future<?> through(Function<@Nullable Turn, Future<Turn>> page) {
        return rest(page, null, LAST_PAGES_MAX);
    }

    private static Future<?> rest(Function<@Nullable Turn, Future<Turn>> page, @Nullable Turn turn, int pagesMax) {
        return page.apply(turn)
                .compose(next -> next.next() == null || pagesMax == 1
                        ? Future.succeededFuture()
                        : rest(page, next, pagesMax - 1));
    }

    private String table(Measured visible, List<Harm> harm) {
        return CallTable.of(figures)
                + System.lineSeparator()
                + CallTable.row("visible after", visible)
                + CallTable.of(harm);
    }
}
