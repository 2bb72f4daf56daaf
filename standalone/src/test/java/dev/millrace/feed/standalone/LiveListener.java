package dev.millrace.feed.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.standalone.TestSystem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Somebody's live feed, and all that was said there. */
final class LiveListener implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private volatile int closedWith;
    private @Nullable WebSocket socket;

    static LiveListener open(TestSystem system, FeedUser user) {
        String ticket = user.api().post("/live-tickets", "").member("ticket");
        URI address = URI.create(system.address().replaceFirst("^http", "ws") + "/feed/live?ticket=" + ticket);
        LiveListener listener = new LiveListener();
        listener.socket =
                HTTP.newWebSocketBuilder().buildAsync(address, listener).join();
        return listener;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        part.append(text);
        if (last) {
            try {
                messages.add(JSON.readTree(part.toString()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(part.toString(), e);
            }
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String why) {
        closedWith = status;
        return null;
    }

    void close() {
        if (socket != null) {
            socket.abort();
        }
    }

    /** Status the server closed it with; 0 while it is open. */
    int closedWith() {
        return closedWith;
    }

    /** How many messages of this type have come. */
    long heard(String type) {
        return messages.stream()
                .filter(m -> m.path("type").asText().equals(type))
                .count();
    }

    /** What came after the first message of this type, each as its type and what it is about. */
    List<String> after(String type) {
        List<String> all = messages.stream().map(LiveListener::inShort).toList();
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
        return messages.stream()
                .filter(m -> m.path("type").asText().equals(type))
                .map(m -> m.path("post").path("postId").asText())
                .toList();
    }

    /** The positions of the first message of this type, as a header. */
    String positionsOf(String type) {
        List<String> positions = new ArrayList<>();
        messages.stream()
                .filter(m -> m.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow()
                .path("position")
                .forEach(position -> positions.add(position.asText()));
        return String.join(", ", positions);
    }
}
