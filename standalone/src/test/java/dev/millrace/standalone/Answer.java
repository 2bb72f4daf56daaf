package dev.millrace.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/** What was answered to one request. */
public record Answer(int status, String text, HttpResponse<String> response) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.body(), response);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + this, e);
        }
    }

    /** A text member; empty if there is none. */
    public String member(String name) {
        return json().path(name).asText();
    }

    public List<String> texts(String name) {
        return json().path(name).valueStream().map(JsonNode::asText).toList();
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** The stable reason of a problem. */
    public String reason() {
        return member("reason");
    }

    @Override
    public String toString() {
        return status + " " + text;
    }
}
