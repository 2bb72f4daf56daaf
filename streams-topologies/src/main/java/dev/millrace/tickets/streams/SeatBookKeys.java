package dev.millrace.tickets.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.topics.CommandId;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/** Keys of the store "seat-books": one byte that says what the value is, then the thing's id. */
final class SeatBookKeys {
    /** Where a partition's state is: Progress. */
    static final Bytes PROGRESS = Bytes.wrap(new byte[] {'P'});

    static final byte[] BOOKINGS = {'B'};
    static final byte[] REMEMBERED = {'X'};

    private SeatBookKeys() {}

    /** EventHead. */
    static Bytes head(String eventId) {
        return key('H', eventId);
    }

    /** Event. */
    static Bytes event(String eventId) {
        return key('E', eventId);
    }

    /** BookingState. */
    static Bytes booking(String bookingId) {
        return key('B', bookingId);
    }

    /** RememberedOutcome. */
    static Bytes remembered(CommandId commandId) {
        byte[] id = commandId.bytes().toByteArray();
        return Bytes.wrap(
                ByteBuffer.allocate(1 + id.length).put((byte) 'X').put(id).array());
    }

    static CommandId rememberedOf(Bytes key) {
        return CommandId.of(com.google.protobuf.ByteString.copyFrom(key.get(), 1, key.get().length - 1));
    }

    /** RowState. A zero byte, which no id has, ends the event's id, so that one event's rows are together. */
    static Bytes row(String eventId, int row) {
        byte[] id = eventId.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + id.length + 1 + Integer.BYTES)
                .put((byte) 'R')
                .put(id)
                .put((byte) 0)
                .putInt(row)
                .array());
    }

    static int rowOf(Bytes key) {
        return ByteBuffer.wrap(key.get()).getInt(key.get().length - Integer.BYTES);
    }

    private static Bytes key(char kind, String id) {
        byte[] bytes = id.getBytes(UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + bytes.length)
                .put((byte) kind)
                .put(bytes)
                .array());
    }
}
