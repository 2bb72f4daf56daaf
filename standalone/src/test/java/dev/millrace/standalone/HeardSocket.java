package dev.millrace.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Somebody's live socket, and all that was said there. */
public final class HeardSocket implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private volatile int closedWith;
    private @Nullable WebSocket socket;

    private HeardSocket() {}

    /** By a ticket that is asked for first. */
    public static HeardSocket open(TestSystem system, String path, Api user) {
        return open(system, path, user.post("/live-tickets", "").member("ticket"));
    }

    public static HeardSocket open(TestSystem system, String path, String ticket) {
        URI address = URI.create(system.address().replaceFirst("^http", "ws") + path + "?ticket=" + ticket);
        HeardSocket heard = new HeardSocket();
        heard.socket = HTTP.newWebSocketBuilder().buildAsync(address, heard).join();
        return heard;
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

    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }

    /** Status the server closed it with; 0 while it is open. */
    public int closedWith() {
        return closedWith;
    }

    /** All that was said, in order. */
    public List<JsonNode> messages() {
        return List.copyOf(messages);
    }

    /** All messages of this type, in order. */
    public List<JsonNode> messages(String type) {
        return messages.stream()
                .filter(m -> m.path("type").asText().equals(type))
                .toList();
    }

    /** A message's positions, as a header. */
    public static String positionsOf(JsonNode message) {
        List<String> positions = new ArrayList<>();
        message.path("position").forEach(position -> positions.add(position.asText()));
        return String.join(", ", positions);
    }
}
