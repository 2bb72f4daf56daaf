package dev.millrace.load;

import io.netty.buffer.ByteBuf;
import java.util.Map;

/** Header lines as they go over the wire, made once and sent with many requests. */
public final class Headers {
    public static final Headers NONE = new Headers(new byte[0]);

    private final byte[] lines;

    private Headers(byte[] lines) {
        this.lines = lines;
    }

    public static Headers of(Map<String, String> headers) {
        var lines = new StringBuilder();
        headers.forEach((name, value) -> {
            if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException(name + " (expected: a value of one line)");
            }
            lines.append(name).append(": ").append(value).append("\r\n");
        });
        return new Headers(lines.toString().getBytes(Calls.ASCII));
    }

    int size() {
        return lines.length;
    }

    void writeTo(ByteBuf request) {
        request.writeBytes(lines);
    }
}
