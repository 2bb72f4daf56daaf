package dev.millrace.feed.standalone.history;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.millrace.standalone.history.Contradictions;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Facts of one partition against what had to be decided: each there, once, as it had to be, in the commands' order. */
final class FactCheck {
    private FactCheck() {}

    /**
     * @param expected by the offset of the command that it comes of
     * @param commandOffset of a fact on the log
     */
    static <F extends Message> void check(
            String log,
            int partition,
            NavigableMap<Long, F> expected,
            List<Written<F>> actual,
            ToLongFunction<F> commandOffset,
            Contradictions found) {
        NavigableMap<Long, F> missing = new TreeMap<>(expected);
        long before = -1;
        for (Written<F> fact : actual) {
            long offset = commandOffset.applyAsLong(fact.message());
            String place = log + "." + partition + "." + offset;
            F right = expected.get(offset);
            if (right == null) {
                found.add("fact without a reason: " + text(fact.message()) + " is on the log as of " + place);
            } else if (missing.remove(offset) == null) {
                found.add("fact twice: " + text(fact.message()) + " of " + place);
            } else if (!right.equals(fact.message())) {
                found.add("fact differs: " + text(fact.message()) + " is on the log where " + text(right)
                        + " had to be decided at " + place);
            } else if (offset < before) {
                found.add("fact out of order: " + text(fact.message()) + " of " + place + " comes after that of "
                        + before);
            }
            before = Math.max(before, offset);
        }
        missing.forEach((offset, fact) ->
                found.add("fact missing: " + text(fact) + ", decided at " + log + "." + partition + "." + offset));
    }

    static String text(Message message) {
        return TextFormat.printer().emittingSingleLine(true).printToString(message);
    }
}
