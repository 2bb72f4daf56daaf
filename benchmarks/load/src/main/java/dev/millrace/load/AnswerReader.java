package dev.millrace.load;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 answers from one connection's bytes, however they are cut into packets. Looks at no more than it needs
 * to find an answer's end: the generator shares the machine with what it measures.
 */
final class AnswerReader {
    private static final int HEAD_BYTES_MAX = 64 * 1024;
    private static final int BODY_BYTES_MAX = 64 * 1024 * 1024;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final byte[] LENGTH = lower("content-length:");
    private static final byte[] ENCODING = lower("transfer-encoding:");
    private static final byte[] CONNECTION = lower("connection:");

    private enum Body {
        NOT_BEGUN,
        OF_LENGTH,
        CHUNKED,
        TO_THE_END
    }

    private byte[] bytes = new byte[2048];
    private int filled;
    private Body body = Body.NOT_BEGUN;
    private int headLooked;
    private int headEnd;
    private int status;
    private boolean lastOne;
    /** End of the body, as far as it is known: chunks are pushed together where they lie. */
    private int bodyEnd;

    private int chunkAt;

    /** Takes all there is. */
    void add(ByteBuf received) {
        int more = received.readableBytes();
        if (filled + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(filled + more, bytes.length * 2));
        }
        received.readBytes(bytes, filled, more);
        filled += more;
    }

    /**
     * The answer, once it is there; then reading begins anew.
     *
     * @param bodiless the answer has none whatever its headers say, as with HEAD
     * @throws IOException if this is no HTTP
     */
    Calls.@Nullable Answer next(boolean bodiless) throws IOException {
        while (body == Body.NOT_BEGUN) {
            if (!readHead(bodiless)) {
                return null;
            }
        }
        return switch (body) {
            case OF_LENGTH -> filled < bodyEnd ? null : taken(bodyEnd);
            case CHUNKED -> readChunks() ? taken(chunkAt) : null;
            case TO_THE_END, NOT_BEGUN -> null;
        };
    }

    /** What there is when the other side has closed: an answer without a stated length ends so. */
    Calls.@Nullable Answer end() throws IOException {
        if (body != Body.TO_THE_END) {
            return null;
        }
        bodyEnd = filled;
        return taken(filled);
    }

    /** Whether nothing has come since the last answer. */
    boolean isEmpty() {
        return filled == 0;
    }

    /** Whether the other side said that it closes the connection after the last answer. */
    boolean wasLastOne() {
        return lastOne;
    }

    private boolean readHead(boolean bodiless) throws IOException {
        int end = endOfHead();
        if (end < 0) {
            if (filled > HEAD_BYTES_MAX) {
                throw new IOException("head of an answer: over " + HEAD_BYTES_MAX + " bytes");
            }
            return false;
        }
        headEnd = end;
        status = status();
        if (status < 200) {
            // 100 Continue and its like come before the answer.
            System.arraycopy(bytes, end, bytes, 0, filled - end);
            filled -= end;
            headLooked = 0;
            return true;
        }
        lastOne = false;
        body = Body.TO_THE_END;
        readHeaders();
        if (bodiless || status == 204 || status == 304) {
            body = Body.OF_LENGTH;
            bodyEnd = end;
        }
        return true;
    }

    private int endOfHead() {
        for (int i = Math.max(3, headLooked); i < filled; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        headLooked = filled;
        return -1;
    }

    private int status() throws IOException {
        int read = 0;
        for (int i = STATUS_AT; i < STATUS_AT + 3; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new IOException("status line of an answer: " + new String(bytes, 0, 32, Calls.ASCII));
            }
            read = read * 10 + digit;
        }
        return read;
    }

    private void readHeaders() throws IOException {
        int line = STATUS_AT;
        while (true) {
            while (bytes[line] != '\n') {
                line++;
            }
            line++;
            if (line >= headEnd - 2) {
                return;
            }
            int first = bytes[line] | 0x20;
            if (first == 'c') {
                readLengthOrConnection(line);
            } else if (first == 't' && starts(line, ENCODING)) {
                // Whatever else was done to the body, over HTTP/1.1 the outermost encoding of an answer is chunked.
                body = Body.CHUNKED;
                bodyEnd = headEnd;
                chunkAt = headEnd;
            }
        }
    }

    private void readLengthOrConnection(int line) throws IOException {
        if (starts(line, LENGTH)) {
            int length = number(line + LENGTH.length, 10);
            if (body != Body.CHUNKED) {
                body = Body.OF_LENGTH;
                bodyEnd = headEnd + length;
            }
        } else if (starts(line, CONNECTION)) {
            int value = line + CONNECTION.length;
            while (bytes[value] == ' ') {
                value++;
            }
            lastOne = (bytes[value] | 0x20) == 'c';
        }
    }

    /** Whether the last chunk is there. */
    private boolean readChunks() throws IOException {
        while (true) {
            int data = endOfLine(chunkAt);
            if (data < 0) {
                return false;
            }
            int length = number(chunkAt, 16);
            if (length == 0) {
                return readTrailers(data);
            }
            if (filled < data + length + 2) {
                return false;
            }
            System.arraycopy(bytes, data, bytes, bodyEnd, length);
            bodyEnd += length;
            chunkAt = data + length + 2;
        }
    }

    private boolean readTrailers(int from) {
        int line = from;
        while (true) {
            int next = endOfLine(line);
            if (next < 0) {
                return false;
            }
            if (next - line == 2) {
                chunkAt = next;
                return true;
            }
            line = next;
        }
    }

    private int endOfLine(int from) {
        for (int i = from; i < filled; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private int number(int from, int radix) throws IOException {
        int at = from;
        while (bytes[at] == ' ') {
            at++;
        }
        int first = at;
        long number = 0;
        for (int digit; (digit = Character.digit(bytes[at], radix)) >= 0; at++) {
            number = number * radix + digit;
            if (number > BODY_BYTES_MAX) {
                throw new IOException("body of an answer: over " + BODY_BYTES_MAX + " bytes");
            }
        }
        if (at == first) {
            throw new IOException("length of an answer: no digit (expected: at least one)");
        }
        return (int) number;
    }

    private boolean starts(int at, byte[] lowerCase) {
        if (at + lowerCase.length > headEnd) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            int c = bytes[at + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private Calls.Answer taken(int end) throws IOException {
        if (end != filled) {
            throw new IOException(
                    "bytes after an answer: " + (filled - end) + " (expected: none, as nothing was asked)");
        }
        var answer =
                new Calls.Answer(status, Arrays.copyOf(bytes, headEnd), Arrays.copyOfRange(bytes, headEnd, bodyEnd));
        filled = 0;
        headLooked = 0;
        body = Body.NOT_BEGUN;
        return answer;
    }

    private static byte[] lower(String name) {
        return name.getBytes(Calls.ASCII);
    }
}
