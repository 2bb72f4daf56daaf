package dev.millrace.topics.http;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.Owners;
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
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the streams instances about state: the owner of the key first; if it doesn't answer or no longer holds the
 * partition, its standbys, and again by a fresh partition map, until the time is over. That a standby, which is a little
 * behind, doesn't know of something counts only if nobody else who holds it answers.
 */
public final class StateClient implements AutoCloseable {
    private static final Pattern HOST_PORT = Pattern.compile("[A-Za-z0-9._-]{1,253}:\\d{1,5}");
    /** Pause between rounds while nobody answers. */
    private static final long ROUND_PAUSE_MILLIS = 100;
    /** How long an instance that didn't answer is asked last instead of first. */
    private static final long SUSPECT_NANOS = Duration.ofSeconds(2).toNanos();
    /** Questions that an event loop may have under way at any rate, so that a rate can be seen at all, and at most. */
    private static final int UNDER_WAY_ALWAYS = 512;

    private static final int UNDER_WAY_MAX = 8_000;
    private static final Duration ANSWERED_WITHIN = Duration.ofMillis(500);

    private final Vertx vertx;
    private final StateSettings settings;
    private final HttpClient http;
    private volatile Map<String, Map<Integer, Held>> heldByLog = Map.of();
    private final AtomicReference<@Nullable Future<Void>> refreshing = new AtomicReference<>();
    private final Map<String, Long> suspectSince = new ConcurrentHashMap<>();
    private volatile List<String> learned = List.of();
    private final ThreadLocal<UnderWay> underWay = ThreadLocal.withInitial(UnderWay::new);
    /** Of each event loop: what it is about to ask. */
    private final ThreadLocal<Map<Asked, StateBatch>> batches = ThreadLocal.withInitial(HashMap::new);

    /** What one event loop asked. */
    private static final class UnderWay {
        private final AdmissionLimit limit = new AdmissionLimit(UNDER_WAY_ALWAYS, UNDER_WAY_MAX, ANSWERED_WITHIN);
        private int questions;

        void end() {
            questions--;
            limit.answered(1, System.nanoTime());
        }
    }

    private record Candidate(String endpoint, boolean standby) {}

    /** @param fallback what a standby said that doesn't know of it: its owner may, and is asked before that counts */
    private record Question(
            StateQuery query,
            List<Candidate> candidates,
            long deadline,
            Promise<StateAnswer> answer,
            @Nullable StateAnswer fallback) {
        Question withFallback(StateAnswer said) {
            return new Question(query, candidates, deadline, answer, said);
        }
    }

    /**
     * What goes over together.
     *
     * @param waits questions that may be kept waiting; others would take an instance that is away for one that waits
     */
    private record Asked(String endpoint, boolean waits) {}

    public StateClient(Vertx vertx, StateSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
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
        long deadline = System.nanoTime()
                + settings.askTimeout().plusMillis(query.getWaitMillis()).toNanos();
        Context asker = vertx.getOrCreateContext();
        Promise<StateAnswer> answer = Promise.promise();
        UnderWay here = underWay.get();
        here.questions++;
        Future<Void> known = heldByLog.containsKey(log) ? Future.succeededFuture() : refresh();
        // A refresh that somebody else began completes on that one's event loop.
        known.onComplete(unused -> asker.runOnContext(v -> round(log, query, deadline, answer)));
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
        return heldByLog.getOrDefault(log, Map.of()).size();
    }

    /** Whether some instance has told who holds this log. */
    public boolean knows(String log) {
        return heldByLog.containsKey(log);
    }

    /** Fetches the partition map from whichever instance answers first; at most one fetch at a time. */
    public Future<Void> refresh() {
        Promise<Void> done = Promise.promise();
        Future<Void> running = refreshing.compareAndExchange(null, done.future());
        if (running != null) {
            return running;
        }
        Set<String> endpoints = new LinkedHashSet<>(learned);
        endpoints.addAll(settings.endpoints());
        fetchMap(new ArrayList<>(endpoints)).onComplete(fetched -> {
            refreshing.set(null);
            if (fetched.succeeded()) {
                adopt(fetched.result());
                done.complete();
            } else {
                done.fail(fetched.cause());
            }
        });
        return done.future();
    }

    private void round(String log, StateQuery query, long deadline, Promise<StateAnswer> answer) {
        attempt(new Question(query, candidates(log, query), deadline, answer, null), 0, () -> {
            if (System.nanoTime() >= deadline) {
                answer.fail(new StateUnavailable("Nobody who holds " + log + " of "
                        + (query.hasPartition() ? "partition " + query.getPartition() : query.getOwner())
                        + " answered within " + settings.askTimeout().toMillis() + " ms."));
                return;
            }
            Context asker = vertx.getOrCreateContext();
            vertx.setTimer(ROUND_PAUSE_MILLIS, fired -> {
                Future<Void> refreshed = refresh();
                refreshed.onComplete(unused -> asker.runOnContext(v -> round(log, query, deadline, answer)));
            });
        });
    }

    private void attempt(Question question, int next, Runnable nobody) {
        long left = Duration.ofNanos(question.deadline - System.nanoTime()).toMillis();
        if (next >= question.candidates.size() || left <= 0) {
            if (question.fallback != null) {
                question.answer.complete(question.fallback);
            } else {
                nobody.run();
            }
            return;
        }
        Candidate candidate = question.candidates.get(next);
        StateQuery query = question.query;
        StateQuery asked =
                candidate.standby ? query.toBuilder().setStandbyOk(true).build() : query;
        long timeout = Math.min(left, settings.attemptTimeout().toMillis() + query.getWaitMillis());
        send(candidate.endpoint, asked, timeout).onComplete(sent -> {
            if (sent.failed()) {
                suspectSince.put(candidate.endpoint, System.nanoTime());
                attempt(question, next + 1, nobody);
                return;
            }
            StateAnswer said = sent.result();
            if (said.getStatus() == StateAnswer.Status.NOT_HELD) {
                attempt(question, next + 1, nobody);
                return;
            }
            suspectSince.remove(candidate.endpoint);
            if (candidate.standby && lacks(said)) {
                attempt(question.withFallback(said), next + 1, nobody);
            } else {
                question.answer.complete(said);
            }
        });
    }

    /** Whether whoever is further on the log may know more. */
    private static boolean lacks(StateAnswer said) {
        return switch (said.getStatus()) {
            case NOT_FOUND, NOT_YET, UNDECIDED -> true;
            default -> false;
        };
    }

    /** Owner, then standbys; who failed a moment ago goes last, so that a dead owner costs one question its time, not all. */
    private List<Candidate> candidates(String log, StateQuery query) {
        Map<Integer, Held> partitions = heldByLog.getOrDefault(log, Map.of());
        if (partitions.isEmpty()) {
            return List.of();
        }
        Held held = partitions.get(
                query.hasPartition() ? query.getPartition() : Owners.partitionOf(query.getOwner(), partitions.size()));
        if (held == null) {
            return List.of();
        }
        List<Candidate> first = new ArrayList<>();
        List<Candidate> last = new ArrayList<>();
        if (!held.getActive().isEmpty()) {
            (suspect(held.getActive()) ? last : first).add(new Candidate(held.getActive(), false));
        }
        for (String standby : held.getStandbysList()) {
            (suspect(standby) ? last : first).add(new Candidate(standby, true));
        }
        first.addAll(last);
        return first;
    }

    private boolean suspect(String endpoint) {
        Long since = suspectSince.get(endpoint);
        return since != null && System.nanoTime() - since < SUSPECT_NANOS;
    }

    /** Goes over when this event loop has done what it is at, together with what else is asked there meanwhile. */
    private Future<StateAnswer> send(String endpoint, StateQuery query, long timeoutMillis) {
        Map<Asked, StateBatch> begun = batches.get();
        Asked asked = new Asked(endpoint, query.getWaitMillis() != 0);
        StateBatch batch = begun.get(asked);
        if (batch == null || batch.isFull()) {
            StateBatch fresh = new StateBatch();
            batch = fresh;
            begun.put(asked, fresh);
            vertx.getOrCreateContext().runOnContext(turn -> {
                begun.remove(asked, fresh);
                fresh.send(http, options(endpoint, HttpMethod.POST, "/state/queries"));
            });
        }
        return batch.add(query, timeoutMillis);
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
        return http.request(options(endpoint, HttpMethod.GET, path)
                        .setConnectTimeout(timeoutMillis)
                        .setIdleTimeout(timeoutMillis))
                .compose(HttpClientRequest::send)
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.failedFuture(new StateUnavailable(endpoint + " answered " + response.statusCode())));
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

    private void adopt(PartitionMap map) {
        Map<String, Map<Integer, Held>> byLog = new ConcurrentHashMap<>();
        Set<String> endpoints = new LinkedHashSet<>();
        for (Held held : map.getHeldList()) {
            byLog.computeIfAbsent(held.getLog(), l -> new ConcurrentHashMap<>()).put(held.getPartition(), held);
            if (!held.getActive().isEmpty()) {
                endpoints.add(held.getActive());
            }
            endpoints.addAll(held.getStandbysList());
        }
        heldByLog = Map.copyOf(byLog);
        learned = List.copyOf(endpoints);
        suspectSince.keySet().retainAll(endpoints);
    }

    @Override
    public void close() {
        var unused = http.close();
    }
}
