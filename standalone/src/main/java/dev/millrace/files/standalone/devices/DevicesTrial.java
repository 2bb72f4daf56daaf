package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.history.Collected;
import dev.millrace.files.standalone.history.FilesCheck;
import dev.millrace.files.standalone.history.NamespaceEnd;
import dev.millrace.files.standalone.history.Observations;
import dev.millrace.files.topics.FileIds;
import dev.millrace.load.Calls;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.CallTable;
import dev.millrace.standalone.trial.Desk;
import dev.millrace.standalone.trial.Fault;
import dev.millrace.standalone.trial.Faults;
import dev.millrace.standalone.trial.Harm;
import dev.millrace.standalone.trial.Person;
import dev.millrace.standalone.trial.TrialSystem;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * People with one or two devices each on a running system, over HTTP: they put, edit, move, delete, share and read
 * files, faults in between; at the end every version is read back, with a verdict on all that was decided, answered and
 * shown.
 */
public final class DevicesTrial {
    private static final int CONNECTIONS = 128;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    /** How long after the last thing is begun calls are tried again. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LAST_LOOK_PATIENCE = Duration.ofMinutes(30);
    private static final int LAST_LOOKS_AT_ONCE = 4;
    /** Each look decodes the whole log. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);
    private static final List<String> DEVICES = List.of("laptop", "phone");

    private final TrialSystem system;
    private final DevicesOptions options;
    private final Consumer<String> progress;
    private final Observations seen = new Observations();
    private final Store store = new Store();

    /**
     * What it came to.
     *
     * @param table for people
     * @param harm of every fault that happened, in their order
     * @param unanswered changes that never got a final answer
     * @param collected what is in the bucket, and what has gone from it
     * @param verdict on all of it
     */
    public record Result(String table, List<Harm> harm, long unanswered, Collected collected, Verdict verdict) {
        public Result {
            harm = List.copyOf(harm);
        }
    }

    /** @param progress told every second how things stand, in one line */
    public DevicesTrial(TrialSystem system, DevicesOptions options, Consumer<String> progress) {
        this.system = system;
        this.options = options;
        this.progress = progress;
    }

    private record Checked(Collected collected, Verdict verdict) {}

    /** Something that may be broken off. */
    private interface Work<T> {
        void on(T one) throws InterruptedException;
    }

    /** Plays it and checks it. */
    public Result run() throws InterruptedException {
        Vertx vertx = Calls.vertx();
        try (Calls calls = new Calls(vertx, CONNECTIONS, ANSWER_WITHIN);
                Collection collection = new Collection(system)) {
            Desk desk = new Desk(calls, system.port(), seen::called);
            List<Account> accounts = accounts();
            DeviceDesk counted = new DeviceDesk(desk, options.lasting().plus(PATIENCE));
            List<Harm> harm = play(vertx, counted, accounts);
            Checked checked = check(new DeviceDesk(desk, LAST_LOOK_PATIENCE), accounts, collection);
            return new Result(table(counted, harm), harm, counted.unanswered(), checked.collected(), checked.verdict());
        } finally {
            vertx.close().await();
        }
    }

    private List<Account> accounts() {
        String run = Long.toString(System.currentTimeMillis(), 36);
        return IntStream.range(0, options.people())
                .mapToObj(i -> account("devices-" + run + "-" + i, DEVICES.subList(0, 2 - i % 2)))
                .toList();
    }

    private Account account(String name, List<String> devices) {
        return Account.of(
                name,
                devices.stream()
                        .map(device -> new Person(name, system.issuer().deviceToken(name, device)))
                        .toList());
    }

    private List<Harm> play(Vertx vertx, DeviceDesk desk, List<Account> accounts) throws InterruptedException {
        Faults faults = new Faults(
                system.children(),
                Fault.plan(options.kills(), options.killsApart(), options.lasting()),
                options.seed());
        List<Device> devices = new ArrayList<>();
        long until = System.nanoTime() + options.lasting().toNanos();
        for (Account account : accounts) {
            for (Person person : account.devices()) {
                Random random = new Random(options.seed() + devices.size());
                DeviceCalls calls = new DeviceCalls(desk, person, random);
                devices.add(new Device(account, accounts, calls, store, seen, random, until));
            }
        }
        long timer = vertx.setPeriodic(
                PROGRESS_EVERY.toMillis(),
                now -> progress.accept(desk.line(faults.struck().size())));
        faults.start();
        try {
            all(devices.size(), devices);
        } finally {
            faults.finish();
            vertx.cancelTimer(timer);
        }
        return faults.struck().stream()
                .map(struck -> Harm.of(struck, desk.figures()))
                .toList();
    }

    /**
     * Once every upload has come to an end. What is deleted then is brought back, some goes for good, and all versions
     * are read that are left, once what nobody names is collected.
     */
    private Checked check(DeviceDesk desk, List<Account> accounts, Collection collection) throws InterruptedException {
        Map<String, String> owners = new TreeMap<>();
        accounts.forEach(account -> owners.put(FileIds.namespaceOf(account.name()), account.name()));
        // Each is one for all of it: what is asked again has a key of its own.
        List<LastLook> looks =
                accounts.stream().map(account -> lastLook(desk, account)).toList();
        var unused = settled(
                owners,
                "uploads are still being verified",
                check -> check.underWay(seen).size(),
                check -> {});
        Map<String, NamespaceEnd> back = settled(owners, "files aren't back yet", DevicesTrial::deleted, check -> {
                    Map<String, NamespaceEnd> now = check.ends();
                    each(looks, look -> look.bringBack(endOf(look, now).deleted()));
                })
                .ends();
        each(looks, look -> look.clearOut(endOf(look, back)));
        Map<String, NamespaceEnd> ends = settled(
                        owners, "files that were let go are still there", DevicesTrial::going, check -> {})
                .ends();
        collection.await(options.endedWithin(), progress);
        progress.accept("reading every version back");
        each(looks, look -> look.look(endOf(look, ends)));
        progress.accept("checking");
        return checked(owners, collection);
    }

    private static int deleted(FilesCheck check) {
        return check.ends().values().stream()
                .mapToInt(end -> end.deleted().size())
                .sum();
    }

    private static int going(FilesCheck check) {
        return check.ends().values().stream()
                .mapToInt(end -> end.going().size())
                .sum();
    }

    private static NamespaceEnd endOf(LastLook look, Map<String, NamespaceEnd> ends) {
        return Objects.requireNonNull(ends.get(look.namespace()));
    }

    private LastLook lastLook(DeviceDesk desk, Account account) {
        DeviceCalls calls = new DeviceCalls(desk, account.devices().get(0), new Random(options.seed() - 1));
        return new LastLook(calls, store, seen, options.endedWithin());
    }

    /**
     * The log, read again until nothing is missing any more. That it doesn't get on is no contradiction.
     *
     * @param meanwhile done each time something is
     */
    private FilesCheck settled(
            Map<String, String> owners, String what, ToIntFunction<FilesCheck> missing, Work<FilesCheck> meanwhile)
            throws InterruptedException {
        int least = Integer.MAX_VALUE;
        long until = 0;
        while (true) {
            FilesCheck check = FilesCheck.read(system.bootstrap(), owners);
            int left = missing.applyAsInt(check);
            if (left == 0) {
                return check;
            }
            if (left < least) {
                least = left;
                until = System.nanoTime() + options.endedWithin().toNanos();
            }
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException(
                        "not settled within " + options.endedWithin().toSeconds() + " s: " + left + " " + what);
            }
            progress.accept(left + " " + what);
            meanwhile.on(check);
            Pause.of(LOOK_EVERY);
        }
    }

    /** Of the log once it has what is awaited: an answer may be here before the facts it is of. */
    private Checked checked(Map<String, String> owners, Collection collection) throws InterruptedException {
        long until = System.nanoTime() + options.endedWithin().toNanos();
        while (true) {
            Collected collected = collection.look();
            Verdict verdict =
                    FilesCheck.read(system.bootstrap(), owners).verdict(seen).with(collected.contradictions());
            if (verdict.clean() || System.nanoTime() - until > 0) {
                return new Checked(collected, verdict);
            }
            progress.accept(verdict.contradictions().size() + " contradictions so far");
            Pause.of(LOOK_EVERY);
        }
    }

    private static <T> void each(List<T> those, Work<T> work) throws InterruptedException {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (T one : those) {
            tasks.add(() -> {
                work.on(one);
                return 1;
            });
        }
        all(LAST_LOOKS_AT_ONCE, tasks);
    }

    /** Waits for all of them. */
    private static void all(int atOnce, List<? extends Callable<Integer>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            for (Future<Integer> done : threads.invokeAll(tasks)) {
                var unused = done.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a device failed", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static String table(DeviceDesk desk, List<Harm> harm) {
        return CallTable.of(desk.figures())
                + System.lineSeparator()
                + CallTable.row("ended after", desk.endings())
                + CallTable.of(harm);
    }
}
