package dev.millrace.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the running DynamoDB holds, asked for without any class that projections use. */
public final class StoredItems {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final String PREFIX = "millrace-";
    private static final String PLACES = "places";

    private final String address;

    /** @param address host:port */
    public StoredItems(String address) {
        this.address = address;
    }

    /** All items of a table. */
    public List<JsonNode> all(String table) throws IOException, InterruptedException {
        return pages("Scan", of(table));
    }

    /** The items of a table whose key begins with this. */
    public List<JsonNode> all(String table, String key, String value) throws IOException, InterruptedException {
        ObjectNode request = of(table).put("KeyConditionExpression", key + " = :value");
        request.putObject("ExpressionAttributeValues").putObject(":value").put("S", value);
        return pages("Query", request);
    }

    /** Has the projection of a topic forget how far it has come; it begins again once it is started anew. */
    public void forgetPlaces(String topic) throws IOException, InterruptedException {
        for (JsonNode item : all(PLACES)) {
            if (!item.path("place").path("S").asText().startsWith(topic)) {
                continue;
            }
            ObjectNode request = JSON.createObjectNode().put("TableName", PREFIX + PLACES);
            request.putObject("Key").set("place", item.path("place"));
            call("DeleteItem", request);
        }
    }

    private static ObjectNode of(String table) {
        return JSON.createObjectNode().put("TableName", PREFIX + table).put("ConsistentRead", true);
    }

    private List<JsonNode> pages(String operation, ObjectNode request) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        JsonNode page = call(operation, request);
        page.path("Items").forEach(items::add);
        while (page.has("LastEvaluatedKey")) {
            request.set("ExclusiveStartKey", page.path("LastEvaluatedKey"));
            page = call(operation, request);
            page.path("Items").forEach(items::add);
        }
        return items;
    }

    /** DynamoDB Local reads whose key signed, but not the signature. */
    private JsonNode call(String operation, ObjectNode body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address))
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request,"
                                + " SignedHeaders=host;x-amz-date, Signature=none")
                .header("X-Amz-Date", "20260101T000000Z")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(operation + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
