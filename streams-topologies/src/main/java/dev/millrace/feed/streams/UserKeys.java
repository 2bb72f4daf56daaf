package dev.millrace.feed.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the feed's stores: one byte that says what the value is, a user's id, and where it is about two, a zero byte,
 * which no id has, and what it is about. So all of one user's is together.
 */
final class UserKeys {
    private static final byte END = 0;

    private UserKeys() {}

    static Bytes of(char kind, String userId) {
        byte[] id = userId.getBytes(UTF_8);
        return Bytes.wrap(
                ByteBuffer.allocate(1 + id.length).put((byte) kind).put(id).array());
    }

    static Bytes of(char kind, String userId, String otherId) {
        byte[] id = userId.getBytes(UTF_8);
        byte[] other = otherId.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + id.length + 1 + other.length)
                .put((byte) kind)
                .put(id)
                .put(END)
                .put(other)
                .array());
    }

    /** A number sorts by its bits as they are, without a sign. */
    static Bytes of(char kind, String userId, long number) {
        byte[] id = userId.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + id.length + 1 + Long.BYTES)
                .put((byte) kind)
                .put(id)
                .put(END)
                .putLong(number)
                .array());
    }

    static Bytes of(char kind, long number) {
        return Bytes.wrap(ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) kind)
                .putLong(number)
                .array());
    }

    /** First key there could be of this user and another whose id comes after that one's. */
    static Bytes after(char kind, String userId, String otherId) {
        byte[] id = userId.getBytes(UTF_8);
        byte[] other = otherId.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + id.length + 1 + other.length + 1)
                .put((byte) kind)
                .put(id)
                .put(END)
                .put(other)
                .put(END)
                .array());
    }

    /** Key behind all of this user's. */
    static Bytes end(char kind, String userId) {
        byte[] id = userId.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + id.length + 1)
                .put((byte) kind)
                .put(id)
                .put((byte) (END + 1))
                .array());
    }

    /** The other user's id in a key that is about two. */
    static String otherIn(Bytes key, String userId) {
        int start = 1 + userId.getBytes(UTF_8).length + 1;
        return new String(key.get(), start, key.get().length - start, UTF_8);
    }
}
