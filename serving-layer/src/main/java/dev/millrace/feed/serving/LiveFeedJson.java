package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.topics.Positions;
import dev.millrace.topics.v1.Position;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;

/** Messages of live feeds. Each says where in the logs it comes from: a read that sends that back includes it. */
final class LiveFeedJson {
    private LiveFeedJson() {}

    /** @param type ready: from here on nothing is missed; resync: something was */
    static String begin(String type, Collection<Position> positions) {
        return message(type, positions).encode();
    }

    static String of(PostFact fact) {
        List<Position> position = List.of(fact.getPosition());
        return switch (fact.getKindCase()) {
            case POST_CREATED ->
                message("created", position)
                        .put("post", PostJson.of(fact.getPostCreated()))
                        .encode();
            case POST_EDITED ->
                message("edited", position)
                        .put("post", PostJson.of(fact.getPostEdited()))
                        .encode();
            case POST_DELETED ->
                message("deleted", position)
                        .put("postId", PostIds.text(fact.getPostDeleted().getPostId()))
                        .encode();
            case KIND_NOT_SET -> throw new IllegalStateException("post fact without a kind: " + fact.getPosition());
        };
    }

    /** @param shown whether this author's posts belong into the feed now, or no longer */
    static String author(boolean shown, String authorId, Position position) {
        return message(shown ? "shown" : "hidden", List.of(position))
                .put("authorId", authorId)
                .encode();
    }

    private static JsonObject message(String type, Collection<Position> positions) {
        return new JsonObject()
                .put("type", type)
                .put(
                        "position",
                        new JsonArray(positions.stream().map(Positions::text).toList()));
    }
}
