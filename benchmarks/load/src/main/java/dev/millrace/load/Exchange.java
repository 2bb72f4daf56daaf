package dev.millrace.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.http.HttpMethod;

/** One request and who waits for its answer. */
final class Exchange {
    private static final int FRAME_BYTES = 96;
    private static final byte[] VERSION_AND_HOST = " HTTP/1.1\r\nHost: 127.0.0.1\r\n".getBytes(Calls.ASCII);
    private static final byte[] KEY = "Idempotency-Key: ".getBytes(Calls.ASCII);
    private static final byte[] LENGTH = "Content-Length: ".getBytes(Calls.ASCII);
    private static final byte[] LINE_END = {'\r', '\n'};

    final long giveUpAtNanos;
    final Answered whenAnswered;

    private final HttpMethod method;
    private final String path;
    private final Headers headers;
    private final String key;
    private final byte[] body;

    /** @param key idempotency key; empty for none */
    Exchange(
            HttpMethod method,
            String path,
            Headers headers,
            String key,
            byte[] body,
            long giveUpAtNanos,
            Answered whenAnswered) {
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.key = key;
        this.body = body;
        this.giveUpAtNanos = giveUpAtNanos;
        this.whenAnswered = whenAnswered;
    }

    boolean isHead() {
        return method.equals(HttpMethod.HEAD);
    }

    ByteBuf request(ByteBufAllocator buffers) {
        ByteBuf request =
                buffers.directBuffer(FRAME_BYTES + path.length() + headers.size() + key.length() + body.length);
        ByteBufUtil.writeAscii(request, method.name());
        request.writeByte(' ');
        ByteBufUtil.writeAscii(request, path);
        request.writeBytes(VERSION_AND_HOST);
        headers.writeTo(request);
        if (!key.isEmpty()) {
            request.writeBytes(KEY);
            ByteBufUtil.writeAscii(request, key);
            request.writeBytes(LINE_END);
        }
        if (body.length > 0 || !method.equals(HttpMethod.GET)) {
            request.writeBytes(LENGTH);
            ByteBufUtil.writeAscii(request, Integer.toString(body.length));
            request.writeBytes(LINE_END);
        }
        request.writeBytes(LINE_END);
        return request.writeBytes(body);
    }
}
