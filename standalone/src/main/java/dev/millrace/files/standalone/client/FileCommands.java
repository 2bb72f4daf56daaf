package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What is done with what is there already: moved, deleted for a time or for good, restored, shared. Each returns what the server answers. */
public final class FileCommands {
    private final FilesApi api;
    private final Tree tree;
    private final Clock clock;

    public FileCommands(FilesApi api, Clock clock) {
        this.api = api;
        this.tree = new Tree(api);
        this.clock = clock;
    }

    /** Into {@code to} if that is a folder, else to that name. */
    public JsonNode move(String from, String to) {
        Entry entry = tree.at(from);
        Tree.Place place = tree.placeOrId(to);
        ObjectNode body = FilesApi.object();
        Entry there = place.taken().orElse(null);
        // The same but for its case is a new name for it.
        if (there == null || there.id().equals(entry.id())) {
            body.put("name", place.name()).put("parentId", place.folder().id());
        } else {
            body.put("parentId", there.requireFolder().id());
        }
        return api.send("PATCH", "/files/" + entry.id(), body);
    }

    public JsonNode folder(String path) {
        Tree.Place place = tree.place(path);
        return api.send(
                "POST",
                "/folders",
                FilesApi.object()
                        .put("name", place.name())
                        .put("parentId", place.folder().id()));
    }

    public JsonNode delete(String path) {
        return api.send("DELETE", "/files/" + tree.at(path).id(), null);
    }

    /** What is in the bin goes for good. */
    public JsonNode purge(String fileId) {
        return api.send("DELETE", "/trash/" + FilesApi.encoded(fileId), null);
    }

    public JsonNode emptyTrash() {
        return api.send("DELETE", "/trash", null);
    }

    /** An old version goes for good. */
    public JsonNode purgeVersion(String path, long version) {
        return api.send("DELETE", "/files/" + tree.at(path).id() + "/versions/" + version, null);
    }

    /**
     * @param version 0 to bring back what is deleted
     * @param folder path of the one that it comes back to; null for the one it was in
     */
    public JsonNode restore(String path, long version, @Nullable String folder) {
        ObjectNode body = FilesApi.object();
        if (version > 0) {
            body.put("version", version);
        }
        if (folder != null) {
            body.put("parentId", tree.at(folder).id());
        }
        return api.send("POST", "/files/" + tree.at(path).id() + "/restore", body);
    }

    public JsonNode share(String path, String user, boolean write, @Nullable Duration lasts) {
        ObjectNode body = FilesApi.object().put("userId", user);
        body.putArray("permissions").add("read");
        if (write) {
            body.withArray("permissions").add("write");
        }
        return api.send("POST", "/files/" + tree.at(path).id() + "/share", expiring(body, lasts));
    }

    public JsonNode link(String path, char @Nullable [] password, @Nullable Duration lasts) {
        ObjectNode body = FilesApi.object();
        if (password != null) {
            body.put("password", new String(password));
        }
        return api.send("POST", "/files/" + tree.at(path).id() + "/links", expiring(body, lasts));
    }

    private ObjectNode expiring(ObjectNode body, @Nullable Duration lasts) {
        return lasts == null
                ? body
                : body.put(
                        "expiresAt",
                        clock.instant()
                                .plus(lasts)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
    }

    public JsonNode unshare(String shareId) {
        return api.send("DELETE", "/shares/" + FilesApi.encoded(shareId), null);
    }
}
