package dev.millrace.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP calls to roles on this machine, over connections that are kept. Lean rather than general, as the generator takes
 * its processor time from the system it measures: one thread, no pipelining, no redirects, no decompression.
 */
public final class Calls implements AutoCloseable {
    static final Charset ASCII = StandardCharsets.ISO_8859_1;
    static final InetAddress LOOPBACK = address("127.0.0.1");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final long SWEEP_MILLIS = 250;
    private static final int CONNECT_WITHIN_MILLIS = 5_000;

    private final ContextInternal context;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final int connections;
    private final Duration answerWithin;
    private final List<InetAddress> sources;
    private final Map<Integer, ConnectionPool> pools = new HashMap<>();
    private final java.util.concurrent.Future<?> sweeping;

    /** One event loop, so that whoever begins calls is on the thread that carries them. */
    public static Vertx vertx() {
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    }

    /** @param connections most that are open to one port; further requests wait for one */
    public Calls(Vertx vertx, int connections) {
        this(vertx, connections, ANSWER_WITHIN, List.of());
    }

    /** @param answerWithin after this a call fails */
    public Calls(Vertx vertx, int connections, Duration answerWithin) {
        this(vertx, connections, answerWithin, List.of());
    }

    /** @param sources loopback addresses (127.x.y.z) that connections come from in turn */
    public Calls(Vertx vertx, int connections, Duration answerWithin, List<String> sources) {
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.loop = context.nettyEventLoop();
        this.connections = connections;
        this.answerWithin = answerWithin;
        this.sources = sources.stream().map(Calls::address).toList();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(vertx.isNativeTransportEnabled() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_WITHIN_MILLIS);
        this.sweeping = loop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What came back. */
    public static final class Answer {
        private static final String REASON = "\"reason\":\"";

        private final int status;
        private final byte[] head;
        private final byte[] body;

        Answer(int status, byte[] head, byte[] body) {
            this.status = status;
            this.head = head;
            this.body = body;
        }

        public int status() {
            return status;
        }

        /** One header's value, without reading the others; empty if it isn't there. */
        public String header(String name) {
            for (int line = 0; line + name.length() < head.length; line++) {
                if (head[line] == '\n' && named(name, line + 1)) {
                    int from = line + name.length() + 2;
                    int to = from;
                    while (head[to] != '\r') {
                        to++;
                    }
                    return new String(head, from, to - from, ASCII).strip();
                }
            }
            return "";
        }

        private boolean named(String name, int at) {
            if (at + name.length() >= head.length || head[at + name.length()] != ':') {
                return false;
            }
            for (int i = 0; i < name.length(); i++) {
                if (Character.toLowerCase(head[at + i]) != Character.toLowerCase(name.charAt(i))) {
                    return false;
                }
            }
            return true;
        }

        public MultiMap headers() {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            new String(head, ASCII)
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> {
                        int colon = line.indexOf(':');
                        headers.add(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    });
            return headers;
        }

        public Buffer body() {
            return Buffer.buffer(body);
        }

        /** "201", or "409 SEAT_TAKEN" where the answer gives a reason. */
        public String words() {
            return status < 400 ? Integer.toString(status) : status + " " + reason();
        }

        public JsonObject json() {
            return body().toJsonObject();
        }

        /** Found without parsing: nothing else in a problem is named so. */
        private String reason() {
            String text = new String(body, ASCII);
            int from = text.indexOf(REASON) + REASON.length();
            int to = text.indexOf('"', from);
            return from < REASON.length() || to < 0 ? "without a reason" : text.substring(from, to);
        }
    }

    public Future<Answer> send(HttpMethod method, int port, String path, Map<String, String> headers, Buffer body) {
        ContextInternal caller = ContextInternal.current();
        Promise<Answer> promise = caller == null ? Promise.promise() : caller.promise();
        send(method, port, path, Headers.of(headers), "", body.getBytes(), new Answered() {
            @Override
            public void answer(Answer answer) {
                promise.complete(answer);
            }

            @Override
            public void failure(Throwable failure) {
                promise.fail(failure);
            }
        });
        return promise.future();
    }

    /** @param key idempotency key; empty for none */
    public void send(
            HttpMethod method, int port, String path, Headers headers, String key, byte[] body, Answered whenAnswered) {
        long giveUpAt = System.nanoTime() + answerWithin.toNanos();
        var exchange = new Exchange(method, path, headers, key, body, giveUpAt, whenAnswered);
        if (loop.inEventLoop()) {
            poolOf(port).send(exchange);
        } else {
            loop.execute(() -> poolOf(port).send(exchange));
        }
    }

    /** Waits for the answer; for preparations, which aren't measured. */
    public Answer now(HttpMethod method, int port, String path, Map<String, String> headers, Buffer body) {
        try {
            return send(method, port, path, headers, body)
                    .await(answerWithin.plus(ANSWER_WITHIN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer to " + method + " " + path, e);
        }
    }

    private static InetAddress address(String literal) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(literal);
        if (address == null) {
            throw new IllegalArgumentException("source: " + literal + " (expected: an address such as 127.0.0.2)");
        }
        return address;
    }

    static TimeoutException timeout() {
        return new TimeoutException("no answer in time");
    }

    private ConnectionPool poolOf(int port) {
        return pools.computeIfAbsent(port, p -> new ConnectionPool(bootstrap, p, connections, sources));
    }

    private void sweep() {
        long now = System.nanoTime();
        pools.values().forEach(pool -> pool.sweep(now));
    }

    @Override
    public void close() {
        sweeping.cancel(false);
        loop.submit(() -> pools.values().forEach(ConnectionPool::close)).syncUninterruptibly();
    }
}
