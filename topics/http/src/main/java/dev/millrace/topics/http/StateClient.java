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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
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
 * partition, its standbys, and again by a fresh partition map, until the time is over.
 */
public final class StateClient implements AutoCloseable {
    private static final Pattern HOST_PORT = Pattern.compile("[A-Za-z0-9._-]{1,253}:\\d{1,5}");
    /** Pause between rounds while nobody answers. */
    private static final long ROUND_PAUSE_MILLIS = 100;
    /** How long an instance that didn't answer is asked last instead of first. */
    private static final long SUSPECT_NANOS = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx;
    private final StateSettings settings;
    private final HttpClient http;
    private volatile Map<String, Map<Integer, Held>> heldByLog = Map.of();
    private final AtomicReference<@Nullable Future<Void>> refreshing = new AtomicReference<>();
    private final Map<String, Long> suspectSince = new ConcurrentHashMap<>();
    private volatile List<String> learned = List.of();

    private record Candidate(String endpoint, boolean standby) {}

    public StateClient(Vertx vertx, StateSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) settings.attemptTimeout().toMillis())
                        .setIdleTimeout(60)
                        .setDecompressionSupported(true)
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
        Promise<StateAnswer> answer = Promise.promise();
        Context asker = vertx.getOrCreateContext();
        Future<Void> known = heldByLog.containsKey(log) ? Future.succeededFuture() : refresh();
        // A refresh that somebody else began completes on that one's event loop.
        known.onComplete(unused -> asker.runOnContext(v -> round(log, query, deadline, answer)));
        return answer.future();
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
        attempt(query, candidates(log, query.getOwner()), 0, deadline, answer, () -> {
            if (System.nanoTime() >= deadline) {
                answer.fail(new StateUnavailable("Nobody who holds " + log + " of " + query.getOwner()
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

    private void attempt(
            StateQuery query,
            List<Candidate> candidates,
            int next,
            long deadline,
            Promise<StateAnswer> answer,
            Runnable nobody) {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (next >= candidates.size() || left <= 0) {
            nobody.run();
            return;
        }
        Candidate candidate = candidates.get(next);
        StateQuery asked =
                candidate.standby ? query.toBuilder().setStandbyOk(true).build() : query;
        long timeout = Math.min(left, settings.attemptTimeout().toMillis() + query.getWaitMillis());
        send(candidate.endpoint, asked, timeout).onComplete(sent -> {
            if (sent.succeeded() && sent.result().getStatus() != StateAnswer.Status.NOT_HELD) {
                suspectSince.remove(candidate.endpoint);
                answer.complete(sent.result());
                return;
            }
            if (sent.failed()) {
                suspectSince.put(candidate.endpoint, System.nanoTime());
            }
            attempt(query, candidates, next + 1, deadline, answer, nobody);
        });
    }

    /** Owner, then standbys; who failed a moment ago goes last, so that a dead owner costs one question its time, not all. */
    private List<Candidate> candidates(String log, String owner) {
        Map<Integer, Held> partitions = heldByLog.getOrDefault(log, Map.of());
        if (partitions.isEmpty()) {
            return List.of();
        }
        Held held = partitions.get(Owners.partitionOf(owner, partitions.size()));
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

    private Future<StateAnswer> send(String endpoint, StateQuery query, long timeoutMillis) {
        return exchange(endpoint, HttpMethod.POST, "/state/query", Buffer.buffer(query.toByteArray()), timeoutMillis)
                .compose(body -> {
                    try {
                        return Future.succeededFuture(StateAnswer.parseFrom(body.getBytes()));
                    } catch (InvalidProtocolBufferException e) {
                        return Future.failedFuture(e);
                    }
                });
    }

    private Future<PartitionMap> fetchMap(List<String> endpoints) {
        if (endpoints.isEmpty()) {
            return Future.failedFuture(new StateUnavailable("No streams instance told who holds what."));
        }
        return exchange(
                        endpoints.get(0),
                        HttpMethod.GET,
                        "/state/map",
                        Buffer.buffer(),
                        settings.attemptTimeout().toMillis())
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

    private Future<Buffer> exchange(String endpoint, HttpMethod method, String path, Buffer body, long timeoutMillis) {
        int colon = endpoint.lastIndexOf(':');
        RequestOptions options = new RequestOptions()
                .setHost(endpoint.substring(0, colon))
                .setPort(Integer.parseInt(endpoint.substring(colon + 1)))
                .setMethod(method)
                .setURI(path)
                .setConnectTimeout(timeoutMillis)
                .setIdleTimeout(timeoutMillis)
                .putHeader("Content-Type", "application/x-protobuf");
        return http.request(options)
                .compose(request -> request.send(body))
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.failedFuture(new StateUnavailable(endpoint + " answered " + response.statusCode())));
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
