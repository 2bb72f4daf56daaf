package dev.millrace.files.serving;

import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.topics.Positions;
import dev.millrace.topics.v1.Position;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Messages of live changes. Each says where in the log it comes from: a read that sends that back includes it. */
final class LiveChangesJson {
    private LiveChangesJson() {}

    /**
     * @param type ready: from here on nothing is missed; resync: something may have been
     * @param position none while nothing is known of its partition
     */
    static String begin(String type, List<Position> position) {
        return message(type, position).encode();
    }

    /** @param sequence of the newest change there is */
    static String changed(String namespace, long sequence, Position position) {
        return message("changed", List.of(position))
                .put("namespaceId", namespace)
                .put("upTo", sequence)
                .encode();
    }

    static String share(ReceivedShare share, Position position) {
        return message(share.getEnded() ? "unshared" : "shared", List.of(position))
                .put("share", FilesJson.of(share).put("direction", "received"))
                .encode();
    }

    private static JsonObject message(String type, List<Position> position) {
        return new JsonObject()
                .put("type", type)
                .put(
                        "position",
                        new JsonArray(position.stream().map(Positions::text).toList()));
    }
}
