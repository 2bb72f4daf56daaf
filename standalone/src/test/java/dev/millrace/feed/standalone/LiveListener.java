package dev.millrace.feed.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.standalone.HeardSocket;
import dev.millrace.standalone.TestSystem;
import java.util.List;

/** Somebody's live feed, and all that was said there. */
final class LiveListener {
    private final HeardSocket socket;

    private LiveListener(HeardSocket socket) {
        this.socket = socket;
    }

    static LiveListener open(TestSystem system, FeedUser user) {
        return new LiveListener(HeardSocket.open(system, "/feed/live", user.api()));
    }

    void close() {
        socket.close();
    }

    /** Status the server closed it with; 0 while it is open. */
    int closedWith() {
        return socket.closedWith();
    }

    /** How many messages of this type have come. */
    long heard(String type) {
        return socket.messages(type).size();
    }

    /** What came after the first message of this type, each as its type and what it is about. */
    List<String> after(String type) {
        List<String> all = socket.messages().stream().map(LiveListener::inShort).toList();
        return List.copyOf(all.subList(all.indexOf(type) + 1, all.size()));
    }

    private static String inShort(JsonNode message) {
        String about = message.path("post").path("content").asText()
                + message.path("postId").asText()
                + message.path("authorId").asText();
        return (message.path("type").asText() + " " + about).strip();
    }

    /** Ids of the posts in messages of this type. */
    List<String> posts(String type) {
        return socket.messages(type).stream()
                .map(m -> m.path("post").path("postId").asText())
                .toList();
    }

    /** The positions of the first message of this type, as a header. */
    String positionsOf(String type) {
        return HeardSocket.positionsOf(socket.messages(type).get(0));
    }
}
