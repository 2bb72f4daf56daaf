package dev.millrace.files.serving.edge;

import dev.millrace.topics.http.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a content a request asks for (RFC 9110, 14). Several ranges at once are answered with all of it, as is what
 * isn't a range.
 *
 * @param part whether it was asked for as a range, even if that is all
 */
record ByteRange(long first, long bytes, boolean part) {
    private static final Pattern ONE =
            Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * @param header of the name Range
     * @throws Problem 416 RANGE_NOT_SATISFIABLE if there is nothing of the content in the range
     */
    static ByteRange in(@Nullable String header, long contentBytes) {
        ByteRange all = new ByteRange(0, contentBytes, false);
        // Of nothing there is no part; who asks for the beginning of it, as caches do, gets it.
        if (header == null || contentBytes == 0) {
            return all;
        }
        Matcher one = ONE.matcher(header);
        if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
            return all;
        }
        if (one.group(1).isEmpty()) {
            long last = Math.min(contentBytes, Long.parseLong(one.group(2)));
            return satisfied(header, contentBytes - last, last, contentBytes);
        }
        long first = Long.parseLong(one.group(1));
        long end = one.group(2).isEmpty() ? contentBytes - 1 : Long.parseLong(one.group(2));
        if (end < first && !one.group(2).isEmpty()) {
            return all;
        }
        return satisfied(header, first, Math.min(end, contentBytes - 1) - first + 1, contentBytes);
    }

    private static ByteRange satisfied(String header, long first, long bytes, long contentBytes) {
        if (bytes <= 0) {
            throw Problem.of(
                            416, "RANGE_NOT_SATISFIABLE", "Range", header, "bytes within the content's " + contentBytes)
                    .header("Content-Range", "bytes */" + contentBytes);
        }
        return new ByteRange(first, bytes, true);
    }

    /** Behind the last byte. */
    long end() {
        return first + bytes;
    }

    /** As a header of the answer says it. */
    String text(long contentBytes) {
        return "bytes " + first + "-" + (end() - 1) + "/" + contentBytes;
    }
}
