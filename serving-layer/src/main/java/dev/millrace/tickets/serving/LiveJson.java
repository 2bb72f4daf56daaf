package dev.millrace.tickets.serving;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.BitSet;

/** Messages of live sockets. Their parts are numbers and letters, so nothing needs escaping. */
final class LiveJson {
    private LiveJson() {}

    static String snapshot(SeatSnapshot seats) {
        return "{\"type\":\"snapshot\",\"version\":" + seats.version() + ",\"definition\":" + seats.definition()
                + ",\"statuses\":\"" + new String(seats.statuses(), US_ASCII) + "\"" + available(seats) + "}";
    }

    static String changes(BitSet changed, SeatSnapshot after) {
        StringBuilder text = new StringBuilder(64 + 12 * changed.cardinality());
        text.append("{\"type\":\"changes\",\"version\":")
                .append(after.version())
                .append(",\"changes\":[");
        String separator = "";
        for (int index = changed.nextSetBit(0); index >= 0; index = changed.nextSetBit(index + 1)) {
            text.append(separator)
                    .append('[')
                    .append(index)
                    .append(",\"")
                    .append((char) after.status(index))
                    .append("\"]");
            separator = ",";
        }
        return text.append(']').append(available(after)).append('}').toString();
    }

    static String redefined(SeatSnapshot after) {
        return "{\"type\":\"redefined\",\"definition\":" + after.definition() + "}";
    }

    private static String available(SeatSnapshot seats) {
        return ",\"available\":" + Arrays.toString(seats.available()).replace(" ", "");
    }
}
