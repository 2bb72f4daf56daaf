package dev.millrace.topics.http;

import com.google.protobuf.MessageLite;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;

/**
 * Bodies of POST /state/queries, there and back: messages one after the other, each as its place among the questions (4
 * bytes), its length (4 bytes) and its bytes. Answers come in the order in which they are ready.
 */
public final class StateFrames {
    private static final int HEAD_BYTES = 8;

    private StateFrames() {}

    /** Who takes them in. */
    @FunctionalInterface
    public interface Taker {
        /** @param place of the question */
        void take(int place, byte[] message);
    }

    public static Buffer append(Buffer body, int place, MessageLite message) {
        byte[] bytes = message.toByteArray();
        return body.appendInt(place).appendInt(bytes.length).appendBytes(bytes);
    }

    /** Takes a body apart as it comes. Fails with IllegalArgumentException on a length that can't be. */
    public static Handler<Buffer> parser(int bytesMax, Taker taker) {
        return new Parser(bytesMax, taker);
    }

    private static final class Parser implements Handler<Buffer> {
        private final RecordParser records = RecordParser.newFixed(HEAD_BYTES, this::part);
        private final int bytesMax;
        private final Taker taker;
        private int place = -1;

        Parser(int bytesMax, Taker taker) {
            this.bytesMax = bytesMax;
            this.taker = taker;
        }

        @Override
        public void handle(Buffer some) {
            records.handle(some);
        }

        private void part(Buffer part) {
            if (place >= 0) {
                taken(part.getBytes());
                return;
            }
            place = part.getInt(0);
            int length = part.getInt(4);
            if (place < 0 || length < 0 || length > bytesMax) {
                throw new IllegalArgumentException(
                        "frame: place " + place + ", " + length + " bytes (expected: at most " + bytesMax + ")");
            }
            if (length == 0) {
                taken(new byte[0]);
            } else {
                records.fixedSizeMode(length);
            }
        }

        private void taken(byte[] message) {
            int taken = place;
            place = -1;
            records.fixedSizeMode(HEAD_BYTES);
            taker.take(taken, message);
        }
    }
}
