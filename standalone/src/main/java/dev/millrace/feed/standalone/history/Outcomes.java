package dev.millrace.feed.standalone.history;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What had to be answered to each command, by its id and its body. The first decision counts. */
final class Outcomes<O> {
    private final Map<ByteString, Map<ByteString, Told<O>>> byCommand = new HashMap<>();

    void add(ByteString command, ByteString body, Told<O> told) {
        byCommand.computeIfAbsent(command, id -> new HashMap<>(2)).putIfAbsent(body, told);
    }

    /** Null if no such command is on the log. */
    @Nullable Told<O> told(ByteString command, ByteString body) {
        return byCommand.getOrDefault(command, Map.of()).get(body);
    }

    boolean hasSeveralBodies(ByteString command) {
        return byCommand.getOrDefault(command, Map.of()).size() > 1;
    }
}
