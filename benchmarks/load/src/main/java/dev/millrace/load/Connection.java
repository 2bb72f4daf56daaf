package dev.millrace.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection that is kept: one request, its answer, the next. */
final class Connection extends ChannelInboundHandlerAdapter {
    private final ConnectionPool pool;
    private final AnswerReader answers = new AnswerReader();
    private @Nullable ChannelHandlerContext channel;
    private @Nullable Exchange current;
    private long idleSinceNanos;

    Connection(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx;
        idleSinceNanos = System.nanoTime();
        pool.opened(this);
    }

    void send(Exchange exchange) {
        ChannelHandlerContext to = channel;
        if (to == null) {
            throw new IllegalStateException("connection: not open (expected: open)");
        }
        current = exchange;
        // A write that fails closes the connection, which is heard of below.
        var unused = to.writeAndFlush(exchange.request(to.alloc()), to.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object received) throws IOException {
        ByteBuf bytes = (ByteBuf) received;
        try {
            answers.add(bytes);
        } finally {
            bytes.release();
        }
        Exchange exchange = current;
        if (exchange == null) {
            throw new IOException("bytes that nobody asked for");
        }
        Calls.Answer answer = answers.next(exchange.isHead());
        if (answer == null) {
            return;
        }
        current = null;
        if (answers.wasLastOne()) {
            close();
        } else {
            idleSinceNanos = System.nanoTime();
            pool.idle(this);
        }
        exchange.whenAnswered.answer(answer);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws IOException {
        pool.closed(this);
        Exchange exchange = current;
        current = null;
        if (exchange == null) {
            return;
        }
        Calls.Answer answer = answers.end();
        if (answer == null) {
            exchange.whenAnswered.failure(
                    new IOException(answers.isEmpty() ? "closed before an answer" : "closed within an answer"));
        } else {
            exchange.whenAnswered.answer(answer);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        fail(failure);
    }

    void failIfLate(long nowNanos) {
        Exchange exchange = current;
        if (exchange != null && nowNanos - exchange.giveUpAtNanos > 0) {
            fail(Calls.timeout());
        }
    }

    boolean isIdleSince(long nanos) {
        return current == null && idleSinceNanos - nanos < 0;
    }

    void close() {
        if (channel != null) {
            var unused = channel.close();
        }
    }

    private void fail(Throwable failure) {
        Exchange exchange = current;
        current = null;
        close();
        if (exchange != null) {
            exchange.whenAnswered.failure(failure);
        }
    }
}
