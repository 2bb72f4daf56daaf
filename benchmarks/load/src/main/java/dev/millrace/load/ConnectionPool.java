package dev.millrace.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Connections to one port, and the requests that wait for one. All on one thread. */
final class ConnectionPool {
    /** Sooner than a server would close it, so that no request meets a connection that is being closed. */
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(15);

    private final Bootstrap bootstrap;
    private final int port;
    private final int connectionsMax;
    private final List<InetAddress> sources;
    private final Set<Connection> open = new HashSet<>();
    /** Last used first: few calls use few connections. */
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();

    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private int opening;
    private int nextSource;

    /** @param sources loopback addresses to come from in turn; empty leaves it to the system */
    ConnectionPool(Bootstrap bootstrap, int port, int connectionsMax, List<InetAddress> sources) {
        this.bootstrap = bootstrap.clone().handler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(new Connection(ConnectionPool.this));
            }
        });
        this.port = port;
        this.connectionsMax = connectionsMax;
        this.sources = sources;
    }

    void send(Exchange exchange) {
        Connection connection = idle.pollFirst();
        if (connection == null) {
            waiting.addLast(exchange);
            openMore();
        } else {
            connection.send(exchange);
        }
    }

    /** Goes several times a second. */
    void sweep(long nowNanos) {
        for (Exchange first = waiting.peekFirst();
                first != null && nowNanos - first.giveUpAtNanos > 0;
                first = waiting.peekFirst()) {
            waiting.removeFirst();
            first.whenAnswered.failure(Calls.timeout());
        }
        List.copyOf(open).forEach(connection -> connection.failIfLate(nowNanos));
        for (Connection last = idle.peekLast();
                last != null && last.isIdleSince(nowNanos - IDLE_NANOS_MAX);
                last = idle.peekLast()) {
            idle.removeLast();
            last.close();
        }
    }

    void close() {
        List.copyOf(open).forEach(Connection::close);
    }

    void opened(Connection connection) {
        opening--;
        open.add(connection);
        idle(connection);
    }

    void idle(Connection connection) {
        Exchange next = waiting.pollFirst();
        if (next == null) {
            idle.addFirst(connection);
        } else {
            connection.send(next);
        }
    }

    void closed(Connection connection) {
        open.remove(connection);
        idle.remove(connection);
        openMore();
    }

    private void openMore() {
        while (opening < waiting.size() && open.size() + opening < connectionsMax) {
            opening++;
            var to = new InetSocketAddress(Calls.LOOPBACK, port);
            ChannelFuture connected = sources.isEmpty()
                    ? bootstrap.connect(to)
                    : bootstrap.connect(to, new InetSocketAddress(sources.get(nextSource++ % sources.size()), 0));
            connected.addListener(done -> {
                if (!done.isSuccess()) {
                    notOpened(done.cause());
                }
            });
        }
    }

    private void notOpened(Throwable failure) {
        opening--;
        Exchange first = waiting.pollFirst();
        if (first != null) {
            first.whenAnswered.failure(failure);
        }
        openMore();
    }
}
