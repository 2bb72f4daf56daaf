package dev.millrace.topics.http;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.PartitionMap.Held;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the streams instances about state: the owner of the key first; if it doesn't answer or no longer holds the
 * partition, its standbys, and again by a fresh partition map, until the time is over. The first answer counts; that a
 * standby, which is a little behind, doesn't know of something, or that it is more than a little behind, counts only if
 * nobody else who holds it answers.
 */
public final class StateClient implements AutoCloseable {
    private static final Pattern HOST_PORT = Pattern.compile("[A-Za-z0-9._-]{1,253}:\\d{1,5}");
    /** Pause between rounds while nobody answers. */
    private static final long ROUND_PAUSE_MILLIS = 100;
    /** Many times what an answer takes, and a pause that a reader hardly sees. */
    private static final Duration HEDGED_AFTER = Duration.ofMillis(75);
    /** As far as a standby ever is behind while all is well, many times over. */
    private static final long STANDBY_BEHIND_MILLIS = Duration.ofSeconds(2).toMillis();
    /** Questions that an event loop may have under way at any rate, so that a rate can be seen at all, and at most. */
    private static final int UNDER_WAY_ALWAYS = 512;

    private static final int UNDER_WAY_MAX = 8_000;
    private static final long NO_TIMER = -1;

    private static final Duration ANSWERED_WITHIN = Duration.ofMillis(500);

    private final Vertx vertx;
    private final StateSettings settings;
    private final long hedgedAfterMillis;
    private final HttpClient http;
    private final Holders holders = new Holders();
    private final Reachability reachability = new Reachability();
    private final AtomicReference<@Nullable Future<Void>> refreshing = new AtomicReference<>();
    private final ThreadLocal<UnderWay> underWay = ThreadLocal.withInitial(UnderWay::new);
    /** Of each event loop: what it is about to ask. */
    private final ThreadLocal<Map<Asked, StateBatch>> batches = ThreadLocal.withInitial(HashMap::new);

    /** What one event loop asked. */
    private static final class UnderWay {
        private final AdmissionLimit limit = new AdmissionLimit(UNDER_WAY_ALWAYS, UNDER_WAY_MAX, ANSWERED_WITHIN);
        private final HedgeBudget hedges = new HedgeBudget();
        private int questions;

        void end() {
            questions--;
            limit.answered(1, System.nanoTime());
        }
    }

    private record Candidate(String endpoint, boolean standby) {}

    /**
     * What goes over together.
     *
     * @param waits questions that may be kept waiting; others would take an instance that is away for one that waits
     */
    private record Asked(String endpoint, boolean waits) {}

    public StateClient(Vertx vertx, StateSettings settings) {
        this(vertx, settings, HEDGED_AFTER);
    }

    /** @param hedgedAfter so long an answer is waited for before the next who may have it is asked as well */
    StateClient(Vertx vertx, StateSettings settings, Duration hedgedAfter) {
        this.vertx = vertx;
        this.settings = settings;
        this.hedgedAfterMillis = hedgedAfter.toMillis();
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) settings.attemptTimeout().toMillis())
                        .setIdleTimeout(60)
                        .setMaxHeaderSize(16 * 1024),
                new PoolOptions().setHttp1MaxSize(32).setMaxWaitQueueSize(10_000));
    }

    static boolean isHostAndPort(String endpoint) {
        return HOST_PORT.matcher(endpoint).matches();
    }

    /**
     * Asks the owner of the query's owner key in this log. Completes with FOUND, NOT_FOUND, NOT_YET, UNDECIDED or
     * UNKNOWN_QUERY; fails with {@link StateUnavailable} when nobody answered in time.
     *
     * @param log command log whose partitions are asked: "seats"
     */
    public Future<StateAnswer> ask(String log, StateQuery query) {
        return ask(log, query, false);
    }

    /**
     * The same for whoever says as of which position the answer is: of an owner that is late and a standby the first
     * answer counts, for a small part of all questions. Not for what decides who may do something.
     */
    public Future<StateAnswer> askEither(String log, StateQuery query) {
        return ask(log, query, true);
    }

    private Future<StateAnswer> ask(String log, StateQuery query, boolean hedged) {
        long deadline = System.nanoTime()
                + settings.askTimeout().plusMillis(query.getWaitMillis()).toNanos();
        ContextInternal asker = (ContextInternal) vertx.getOrCreateContext();
        // What follows from the answer, also from one that is late, goes on where it was asked for.
        Promise<StateAnswer> answer = asker.promise();
        UnderWay here = underWay.get();
        here.questions++;
        here.hedges.asked();
        Future<Void> known = holders.know(log) ? Future.succeededFuture() : refreshedBy(deadline);
        // A refresh that somebody else began completes on that one's event loop.
        known.onComplete(unused -> asker.runOnContext(v -> round(log, query, hedged, deadline, answer)));
        return answer.future().onComplete(ended -> here.end());
    }

    /**
     * Whether this event loop has more questions under way than are answered in good time, so that another one would
     * only wait: whoever is about to begin something with questions should be told to come again.
     */
    public boolean isFull() {
        UnderWay here = underWay.get();
        return here.questions >= here.limit.now();
    }

    /** How many partitions this log has; 0 while no instance has told who holds it. */
    public int partitions(String log) {
        return holders.partitions(log);
    }

    /** Whether some instance has told who holds this log. */
    public boolean knows(String log) {
        return holders.know(log);
    }

    /** Fetches the partition map from whichever instance answers first; at most one fetch at a time. */
    public Future<Void> refresh() {
        Promise<Void> done = Promise.promise();
        Future<Void> running = refreshing.compareAndExchange(null, done.future());
        if (running != null) {
            return running;
        }
        Set<String> endpoints = new LinkedHashSet<>(holders.endpoints());
        endpoints.addAll(settings.endpoints());
        fetchMap(new ArrayList<>(endpoints)).onComplete(fetched -> {
            refreshing.set(null);
            if (fetched.succeeded()) {
                holders.adopt(fetched.result());
                reachability.forgetOthersThan(holders.endpoints());
                done.complete();
            } else {
                done.fail(fetched.cause());
            }
        });
        return done.future();
    }

    /** Or it fails, as whoever has a question doesn't wait any longer. */
    private Future<Void> refreshedBy(long deadline) {
        return refresh().timeout(Math.max(1, millisUntil(deadline)), TimeUnit.MILLISECONDS);
    }

    private static long millisUntil(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }

    private void round(String log, StateQuery query, boolean hedged, long deadline, Promise<StateAnswer> answer) {
        Runnable nobody = () -> {
            if (System.nanoTime() >= deadline) {
                answer.fail(new StateUnavailable("Nobody who holds " + log + " of "
                        + (query.hasPartition() ? "partition " + query.getPartition() : query.getOwner())
                        + " answered within " + settings.askTimeout().toMillis() + " ms."));
                return;
            }
            Context asker = vertx.getOrCreateContext();
            vertx.setTimer(ROUND_PAUSE_MILLIS, fired -> {
                Future<Void> refreshed = refreshedBy(deadline);
                refreshed.onComplete(unused -> asker.runOnContext(v -> round(log, query, hedged, deadline, answer)));
            });
        };
        new Round(query, hedged, candidates(log, query, hedged), deadline, answer, nobody).askNext();
    }

    /** One question put to those who hold the partition, one after the other or, if one is late, two at a time. */
    private final class Round {
        private final StateQuery query;
        private final boolean hedged;
        private final List<Candidate> candidates;
        private final long deadline;
        private final Promise<StateAnswer> answer;
        private final Runnable nobody;
        private int next;
        private int waitedFor;
        /** What a standby said that doesn't know of it: its owner may, and is heard before that counts. */
        private @Nullable StateAnswer fallback;

        Round(
                StateQuery query,
                boolean hedged,
                List<Candidate> candidates,
                long deadline,
                Promise<StateAnswer> answer,
                Runnable nobody) {
            this.query = query;
            this.hedged = hedged;
            this.candidates = candidates;
            this.deadline = deadline;
            this.answer = answer;
            this.nobody = nobody;
        }

        void askNext() {
            if (next < candidates.size() && millisUntil(deadline) > 0) {
                ask(candidates.get(next++));
            } else if (waitedFor > 0) {
                // Who was asked before may answer yet.
                return;
            } else if (fallback != null) {
                answer.complete(fallback);
            } else {
                nobody.run();
            }
        }

        private void ask(Candidate candidate) {
            StateQuery asked =
                    candidate.standby ? query.toBuilder().setStandbyOk(true).build() : query;
            long askedAt = System.nanoTime();
            waitedFor++;
            long late = hedged && next < candidates.size()
                    ? vertx.setTimer(hedgedAfterMillis, fired -> late(candidate, askedAt))
                    : NO_TIMER;
            send(candidate.endpoint, asked, deadline).onComplete(sent -> {
                waitedFor--;
                if (late != NO_TIMER) {
                    vertx.cancelTimer(late);
                }
                if (sent.failed()) {
                    reachability.failed(candidate.endpoint);
                } else {
                    reachability.answered(candidate.endpoint);
                }
                if (!answer.future().isComplete()) {
                    take(candidate, sent.succeeded() ? sent.result() : null);
                }
            });
        }

        /** @param said null if nothing was */
        private void take(Candidate candidate, @Nullable StateAnswer said) {
            if (said == null || said.getStatus() == StateAnswer.Status.NOT_HELD) {
                askNext();
            } else if (candidate.standby && lacks(said)) {
                fallback = said;
                askNext();
            } else {
                answer.complete(said);
            }
        }

        private void late(Candidate candidate, long askedAtNanos) {
            if (answer.future().isComplete()) {
                return;
            }
            if (query.getWaitMillis() == 0) {
                reachability.late(candidate.endpoint, askedAtNanos);
            }
            if (underWay.get().hedges.take()) {
                askNext();
            }
        }
    }

    /** Whether whoever is further on the log may know more. */
    private static boolean lacks(StateAnswer said) {
        return switch (said.getStatus()) {
            case NOT_FOUND, NOT_YET, UNDECIDED -> true;
            default -> said.getLacking() || said.getAgeMillis() > STANDBY_BEHIND_MILLIS;
        };
    }

    /** Owner, then standbys; who failed a moment ago goes last, so that a dead owner costs one question its time, not all. */
    private List<Candidate> candidates(String log, StateQuery query, boolean hedged) {
        Held held = holders.of(log, query);
        if (held == null) {
            return List.of();
        }
        List<Candidate> first = new ArrayList<>();
        List<Candidate> last = new ArrayList<>();
        if (!held.getActive().isEmpty()) {
            (reachability.isAskedLast(held.getActive(), hedged) ? last : first)
                    .add(new Candidate(held.getActive(), false));
        }
        for (String standby : held.getStandbysList()) {
            (reachability.isAskedLast(standby, hedged) ? last : first).add(new Candidate(standby, true));
        }
        first.addAll(last);
        return first;
    }

    /** Goes over when this event loop has done what it is at, together with what else is asked there meanwhile. */
    private Future<StateAnswer> send(String endpoint, StateQuery query, long deadline) {
        Map<Asked, StateBatch> begun = batches.get();
        Asked asked = new Asked(endpoint, query.getWaitMillis() != 0);
        StateBatch batch = begun.get(asked);
        if (batch == null || batch.isFull()) {
            StateBatch fresh = new StateBatch(vertx);
            batch = fresh;
            begun.put(asked, fresh);
            vertx.getOrCreateContext().runOnContext(turn -> {
                begun.remove(asked, fresh);
                fresh.send(http, options(endpoint, HttpMethod.POST, "/state/queries"));
            });
        }
        return batch.add(query, settings.attemptTimeout().toMillis() + query.getWaitMillis(), deadline);
    }

    private Future<PartitionMap> fetchMap(List<String> endpoints) {
        if (endpoints.isEmpty()) {
            return Future.failedFuture(new StateUnavailable("No streams instance told who holds what."));
        }
        return fetch(endpoints.get(0), "/state/map", settings.attemptTimeout().toMillis())
                .compose(body -> {
                    try {
                        PartitionMap map = PartitionMap.parseFrom(body.getBytes());
                        return map.getHeldCount() == 0
                                ? Future.failedFuture(
                                        new StateUnavailable("An instance knows nobody who holds anything."))
                                : Future.succeededFuture(map);
                    } catch (InvalidProtocolBufferException e) {
                        return Future.failedFuture(e);
                    }
                })
                .recover(failure -> fetchMap(endpoints.subList(1, endpoints.size())));
    }

    private Future<Buffer> fetch(String endpoint, String path, long timeoutMillis) {
        return http.request(options(endpoint, HttpMethod.GET, path).setConnectTimeout(timeoutMillis))
                .compose(request -> request.send()
                        .compose(response -> response.statusCode() == 200
                                ? response.body()
                                : Future.failedFuture(
                                        new StateUnavailable(endpoint + " answered " + response.statusCode())))
                        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                        // What may still come keeps the connection from others.
                        .onFailure(failed -> request.reset()));
    }

    private static RequestOptions options(String endpoint, HttpMethod method, String path) {
        int colon = endpoint.lastIndexOf(':');
        return new RequestOptions()
                .setHost(endpoint.substring(0, colon))
                .setPort(Integer.parseInt(endpoint.substring(colon + 1)))
                .setMethod(method)
                .setURI(path)
                .putHeader("Content-Type", "application/x-protobuf");
    }

    @Override
    public void close() {
        var unused = http.close();
    }
}
