package dev.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The OpenAPI contract, as a server serves it: what each call may answer. */
public final class Contract {
    private static final String ADDRESS = "https://millrace.test/openapi.json";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    private final JsonObject document;
    private final JsonSchemaFactory schemas;
    private final SchemaValidatorsConfig config =
            SchemaValidatorsConfig.builder().build();
    /** Call, status and reason of every answer that was checked. */
    private final Set<String> seen = new TreeSet<>();

    public Contract(String json) {
        this.document = new JsonObject(json);
        this.schemas = JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(ADDRESS, json))));
    }

    /** Checks that this call may be answered so: its status, media type, headers, reason and every field of its body. */
    public HttpResponse<String> check(String method, String path, HttpResponse<String> answer) {
        String template = templateOf(method, path);
        String call = method + " " + template;
        String status = String.valueOf(answer.statusCode());
        String pointer =
                "/paths/" + escape(template) + "/" + method.toLowerCase(java.util.Locale.ROOT) + "/responses/" + status;
        JsonObject response = at(pointer);
        assertThat(response)
                .as("%s answered %s: %s", call, status, answer.body())
                .isNotNull();
        if (response.containsKey("$ref")) {
            pointer = response.getString("$ref").substring(1);
            response = at(pointer);
        }
        for (String header : response.getJsonObject("headers", new JsonObject()).fieldNames()) {
            if (!header.equals("Age")) {
                assertThat(answer.headers().firstValue(header))
                        .as(call + " " + status + " " + header)
                        .isPresent();
            }
        }
        JsonObject content = response.getJsonObject("content");
        if (content == null) {
            assertThat(answer.body()).as(call + " " + status).isEmpty();
            seen.add(call + " " + status);
            return answer;
        }
        String type = answer.headers().firstValue("Content-Type").orElse("none");
        assertThat(content.fieldNames()).as(call + " " + status).contains(type);
        assertValid(call, answer.body(), pointer + "/content/" + escape(type) + "/schema");
        String reason = new JsonObject(answer.body()).getString("reason", "");
        seen.add(call + " " + status + (reason.isEmpty() ? "" : " " + reason));
        return answer;
    }

    public Set<String> seen() {
        return seen;
    }

    private void assertValid(String call, String body, String pointer) {
        Set<ValidationMessage> wrong = schemas.getSchema(SchemaLocation.of(ADDRESS + "#" + pointer), config)
                .validate(body, InputFormat.JSON);
        assertThat(wrong).as("%s answered %s", call, body).isEmpty();
    }

    private String templateOf(String method, String path) {
        String plain = path.replaceFirst("\\?.*", "");
        for (String template : new TreeSet<>(document.getJsonObject("paths").fieldNames())) {
            String pattern = Pattern.quote(template).replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q");
            if (plain.matches(pattern)
                    && document.getJsonObject("paths")
                            .getJsonObject(template)
                            .containsKey(method.toLowerCase(java.util.Locale.ROOT))) {
                return template;
            }
        }
        throw new AssertionError("no call in the contract: " + method + " " + path);
    }

    private JsonObject at(String pointer) {
        Object found = io.vertx.core.json.pointer.JsonPointer.from(pointer).queryJson(document);
        return (JsonObject) found;
    }

    private static String escape(String part) {
        return part.replace("~", "~0").replace("/", "~1");
    }

    /** Whether every reference leads somewhere and every call has an id of its own, as a renderer needs. */
    public void assertSound() {
        Set<String> ids = new TreeSet<>();
        document.getJsonObject("paths")
                .forEach(path -> ((JsonObject) path.getValue()).forEach(call -> {
                    assertThat(METHODS).contains(call.getKey());
                    assertThat(ids.add(((JsonObject) call.getValue()).getString("operationId")))
                            .as(path.getKey())
                            .isTrue();
                }));
        assertReferences(document);
    }

    private void assertReferences(Object node) {
        if (node instanceof JsonObject object) {
            if (object.getValue("$ref") instanceof String reference) {
                assertThat(at(reference.substring(1))).as(reference).isNotNull();
            }
            object.forEach(member -> {
                assertThat(member.getValue()).as(member.getKey()).isNotNull();
                assertReferences(member.getValue());
            });
        } else if (node instanceof io.vertx.core.json.JsonArray array) {
            array.forEach(this::assertReferences);
        }
    }
}
