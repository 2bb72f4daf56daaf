package dev.millrace.standalone;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a launcher writes down for the commands in other terminals. */
public final class StatusFile {
    private static final String NAME = "status.json";

    private final DataFolder data;

    public StatusFile(DataFolder data) {
        this.data = data;
    }

    /** The last start's ports and the newest state of every child. */
    public record Snapshot(Ports ports, List<ChildStatus> children) {}

    void write(Ports ports, List<ChildStatus> children) {
        JsonArray list = new JsonArray();
        children.forEach(c -> list.add(new JsonObject()
                .put("name", c.name())
                .put("address", c.address())
                .put("state", c.state().name())
                .put("pid", c.pid())
                .put("since", c.since().toString())
                .put("restarts", c.restarts())
                .put("why", c.why())));
        data.write(
                NAME,
                new JsonObject()
                        .put("gateway", ports.gateway())
                        .put("streams", ports.streamsInstances())
                        .put("ingest", ports.ingestInstances())
                        .put("serving", ports.servingInstances())
                        .put("children", list)
                        .encodePrettily());
    }

    /** Null if nothing ever ran here. */
    public @Nullable Snapshot read() {
        String text = data.read(NAME);
        if (text == null) {
            return null;
        }
        JsonObject json = new JsonObject(text);
        return new Snapshot(
                new Ports(
                        json.getInteger("gateway"),
                        json.getInteger("streams"),
                        json.getInteger("ingest", 1),
                        json.getInteger("serving", 1)),
                json.getJsonArray("children").stream()
                        .map(JsonObject.class::cast)
                        .map(c -> new ChildStatus(
                                c.getString("name"),
                                c.getString("address"),
                                ChildStatus.State.valueOf(c.getString("state")),
                                c.getLong("pid"),
                                Instant.parse(c.getString("since")),
                                c.getInteger("restarts"),
                                c.getString("why")))
                        .toList());
    }
}
