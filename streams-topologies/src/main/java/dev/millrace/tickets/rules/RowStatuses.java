package dev.millrace.tickets.rules;

import com.google.protobuf.ByteString;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatStatus;

/** The statuses of a row's seats as {@link RowState} packs them: two bits a seat, lowest first. */
public final class RowStatuses {
    private static final SeatStatus[] STATUSES = {SeatStatus.AVAILABLE, SeatStatus.RESERVED, SeatStatus.SOLD};
    private static final byte[] LETTERS = {'A', 'R', 'S'};

    private RowStatuses() {}

    /** Status of the seat at this place in its row. */
    public static SeatStatus at(RowState row, int offset) {
        return STATUSES[bits(row.getStatuses(), offset)];
    }

    /** Writes a row of so many seats as letters (A, R, S), from this place of the array on. */
    public static void letters(RowState row, int seats, byte[] into, int from) {
        ByteString statuses = row.getStatuses();
        for (int offset = 0; offset < seats; offset++) {
            into[from + offset] = LETTERS[bits(statuses, offset)];
        }
    }

    static byte[] allAvailable(int seats) {
        return new byte[(seats + 3) / 4];
    }

    static void set(byte[] packed, int offset, SeatStatus status) {
        int shift = (offset & 3) * 2;
        packed[offset >> 2] = (byte) ((packed[offset >> 2] & ~(3 << shift)) | (status.getNumber() << shift));
    }

    static RowState packed(byte[] statuses, long changedAtVersion) {
        return RowState.newBuilder()
                .setStatuses(ByteString.copyFrom(statuses))
                .setChangedAtVersion(changedAtVersion)
                .build();
    }

    private static int bits(ByteString statuses, int offset) {
        return (statuses.byteAt(offset >> 2) >> ((offset & 3) * 2)) & 3;
    }
}
