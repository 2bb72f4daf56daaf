package dev.millrace.topics.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/** The OpenAPI contract, as a server serves it: what each call may answer. */
public final class Contract {
    private static final String ADDRESS = "https://millrace.test/openapi.json";
    /** Answers that any call may have beside its own. */
    private static final String ANY_CALL = "/x-any-call/";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    private final JsonNode document;
    private final JsonSchemaFactory schemas;
    private final SchemaValidatorsConfig config =
            SchemaValidatorsConfig.builder().build();
    /** Call, status and reason of every answer that was checked. */
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    public Contract(String json) {
        this.document = parse(json);
        this.schemas = JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(ADDRESS, json))));
    }

    /** Checks that this call may be answered so: its status, media type, headers, reason and every field of its body. */
    public HttpResponse<String> check(String method, String path, HttpResponse<String> answer) {
        check(method, path, answer.statusCode(), answer.headers(), answer.body());
        return answer;
    }

    /** As {@link #check(String, String, HttpResponse)}, for what came another way; HEAD is held to GET but its body. */
    public void check(String method, String path, int status, HttpHeaders headers, String body) {
        boolean head = method.equals("HEAD");
        String call = callOf(method, path)
                .orElseThrow(() -> new AssertionError("no call in the contract: " + method + " " + path));
        String reason = reason(body);
        String own = pointer(call) + "/responses/" + status;
        String pointer =
                at(own).isMissingNode() || reasons(ANY_CALL + status).contains(reason) ? ANY_CALL + status : own;
        String what = call + " answered " + status + " " + body;
        assertThat(at(pointer).isMissingNode()).as("undocumented: %s", what).isFalse();
        assertAnswer(what, resolved(pointer), status, headers, head ? Optional.empty() : Optional.of(body));
        if (!head) {
            seen.add(call + " " + status + (reason.isEmpty() ? "" : " " + reason));
        }
    }

    /** Checks an answer to what no call of the contract is: it must be one of those that anything may get. */
    public void checkStranger(String what, int status, HttpHeaders headers, Optional<String> body) {
        assertThat(at(ANY_CALL + status).isMissingNode())
                .as("undocumented: %s answered %d %s", what, status, body)
                .isFalse();
        assertAnswer(what, resolved(ANY_CALL + status), status, headers, body);
    }

    /** Call, status and reason of every answer that was checked: {@code GET /events/{eventId} 404 UNKNOWN_EVENT}. */
    public Set<String> seen() {
        return seen;
    }

    /** Call and status of every answer that the contract's calls have of their own: {@code GET /session 200}. */
    public Set<String> documented() {
        Set<String> all = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(call -> call.getValue()
                                .path("responses")
                                .fieldNames()
                                .forEachRemaining(status -> all.add(
                                        call.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey() + " " + status))));
        return all;
    }

    /** The call of the contract that a request is: {@code GET /events/{eventId}}. */
    public Optional<String> callOf(String method, String path) {
        String plain = path.replaceFirst("\\?.*", "");
        String verb = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        Set<String> templates = new TreeSet<>();
        document.path("paths").fieldNames().forEachRemaining(templates::add);
        return templates.stream()
                .filter(template -> plain.matches(Pattern.quote(template).replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q")))
                .filter(template -> document.path("paths").path(template).has(verb))
                .map(template -> verb.toUpperCase(Locale.ROOT) + " " + template)
                .findFirst();
    }

    /** Whether every reference leads somewhere and every call has an id of its own, as a renderer needs. */
    public void assertSound() {
        Set<String> ids = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(call -> {
                    assertThat(METHODS).contains(call.getKey());
                    assertThat(ids.add(call.getValue().path("operationId").asText()))
                            .as(path.getKey())
                            .isTrue();
                }));
        assertReferences(document);
    }

    private void assertReferences(JsonNode node) {
        if (node.path("$ref").isTextual()) {
            String reference = node.path("$ref").asText();
            assertThat(at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        }
        node.properties()
                .forEach(member -> assertThat(member.getValue().isNull())
                        .as(member.getKey())
                        .isFalse());
        node.forEach(this::assertReferences);
    }

    private void assertAnswer(String what, String pointer, int status, HttpHeaders headers, Optional<String> body) {
        JsonNode response = at(pointer);
        response.path("headers").fieldNames().forEachRemaining(name -> {
            String place = resolved(pointer + "/headers/" + name);
            assertHeader(what, name, at(place), place, headers.firstValue(name));
        });
        if (!response.has("content")) {
            body.ifPresent(b -> assertThat(b).as(what).isEmpty());
            return;
        }
        String type = headers.firstValue("Content-Type")
                .orElse("none")
                .replaceFirst(";.*", "")
                .strip();
        List<String> types = new ArrayList<>();
        response.path("content").fieldNames().forEachRemaining(types::add);
        assertThat(types).as(what).contains(type);
        if (body.isPresent()) {
            boolean json = type.endsWith("json");
            JsonNode value = json ? parse(body.get()) : JsonNodeFactory.instance.textNode(body.get());
            assertValid(what, value, pointer + "/content/" + escape(type) + "/schema");
            if (type.equals("application/problem+json")) {
                assertThat(value.path("status").asInt()).as(what).isEqualTo(status);
            }
        }
    }

    private void assertHeader(String what, String name, JsonNode header, String pointer, Optional<String> value) {
        assertThat(value.isPresent() || !header.path("required").asBoolean())
                .as("%s: header %s", what, name)
                .isTrue();
        value.ifPresent(text -> {
            boolean number = header.path("schema").path("type").asText().equals("integer");
            JsonNode node = number && text.matches("-?\\d{1,18}")
                    ? JsonNodeFactory.instance.numberNode(Long.parseLong(text))
                    : JsonNodeFactory.instance.textNode(text);
            assertValid(what + ": header " + name, node, pointer + "/schema");
        });
    }

    private void assertValid(String what, JsonNode value, String pointer) {
        assertThat(schemas.getSchema(SchemaLocation.of(ADDRESS + "#" + pointer), config)
                        .validate(value))
                .as(what)
                .isEmpty();
    }

    private static String pointer(String call) {
        int space = call.indexOf(' ');
        return "/paths/" + escape(call.substring(space + 1)) + "/"
                + call.substring(0, space).toLowerCase(Locale.ROOT);
    }

    private String resolved(String pointer) {
        String reference = at(pointer).path("$ref").asText();
        return reference.isEmpty() ? pointer : reference.substring(1);
    }

    /** The reasons that a problem may have. */
    private Set<String> reasons(String pointer) {
        Set<String> reasons = new TreeSet<>();
        at(resolved(pointer)).findValues("reason").forEach(r -> r.path("enum").forEach(e -> reasons.add(e.asText())));
        return reasons;
    }

    private JsonNode at(String pointer) {
        return document.at(pointer);
    }

    private static String reason(String body) {
        try {
            return body.startsWith("{") ? JSON.readTree(body).path("reason").asText() : "";
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + json, e);
        }
    }

    private static String escape(String part) {
        return part.replace("~", "~0").replace("/", "~1");
    }
}
