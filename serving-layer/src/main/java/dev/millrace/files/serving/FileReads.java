package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** GET of a file or folder, what is in a folder, a file's versions, an upload. */
final class FileReads {
    private static final String ROOT = "root";

    private final NamespaceOwners owners;
    private final Cursors cursors;
    private final UploadParts parts;
    private final Downloads downloads;

    FileReads(NamespaceOwners owners, Cursors cursors, UploadParts parts, Downloads downloads) {
        this.owners = owners;
        this.cursors = cursors;
        this.parts = parts;
        this.downloads = downloads;
    }

    void addTo(FilesReads reads) {
        reads.add("/files/:fileId", List.of("version"), this::file);
        reads.add("/files/:fileId/versions", Listing.PARAMETERS, this::versions);
        reads.add("/folders/:folderId/children", Listing.PARAMETERS, this::children);
        reads.add("/uploads/:uploadId", List.of(), this::upload);
    }

    private Future<JsonObject> file(RoutingContext ctx, Asked asked) {
        FileId file = pathId(ctx, "fileId");
        long version = Reads.integer(ctx, "version", 0, 1, Integer.MAX_VALUE);
        return owners.node(file, version, asked).compose(said -> {
            said.tell(ctx);
            if (said.value().isEmpty() && said.undecided()) {
                return Future.succeededFuture(
                        new JsonObject().put("fileId", file.toString()).put("status", "PENDING"));
            }
            NodeView view = said.value().orElseThrow(() -> unknown("fileId", file.toString()));
            if (view.getVersionUnknown()) {
                throw Problem.of(404, "UNKNOWN_VERSION", "version", version, "a version that there is");
            }
            return downloads
                    .url(file, view, asked)
                    .map(url -> json(file, view, version).mergeIn(url));
        });
    }

    private static JsonObject json(FileId file, NodeView view, long version) {
        JsonObject json = FilesJson.of(file.namespace(), view.getNode())
                .put("ownerId", view.getOwnerId())
                .put("permissions", view.getWritable() ? JsonArray.of("read", "write") : JsonArray.of("read"));
        if (view.getDeleted() && view.getNode().getStatus() != NodeStatus.NODE_DELETED) {
            // A folder above it is.
            json.put("status", "deleted");
        }
        return version == 0 ? json : json.mergeIn(FilesJson.of(view.getVersion()));
    }

    private Future<JsonObject> versions(RoutingContext ctx, Asked asked) {
        FileId file = pathId(ctx, "fileId");
        Listing listing = Listing.in(ctx, cursors, "versions/" + file + "/" + asked.caller());
        long before = listing.after().isEmpty()
                ? 0
                : listing.after().asReadOnlyByteBuffer().getLong();
        return owners.versions(file, before, listing.pageSize(), asked).map(said -> {
            said.tell(ctx);
            var view = said.value().orElseThrow(() -> unknown("fileId", file.toString()));
            JsonArray items = new JsonArray();
            view.getVersionsList().forEach(version -> items.add(FilesJson.of(version)));
            return listing.page(items, view.getMore(), view.getLast());
        });
    }

    private Future<JsonObject> children(RoutingContext ctx, Asked asked) {
        boolean root = ROOT.equals(ctx.pathParam("folderId"));
        FileId folder = root ? new FileId(asked.namespace(), FileIds.ROOT) : pathId(ctx, "folderId");
        Listing listing = Listing.in(ctx, cursors, "children/" + folder + "/" + asked.caller());
        return owners.children(folder, listing.after(), listing.pageSize(), asked)
                .map(said -> {
                    said.tell(ctx);
                    var view = said.value().orElseThrow(() -> unknown("folderId", folder.toString()));
                    JsonArray items = new JsonArray();
                    view.getNodesList().forEach(node -> items.add(FilesJson.of(folder.namespace(), node)));
                    return listing.page(items, view.getMore(), view.getLast());
                });
    }

    private Future<JsonObject> upload(RoutingContext ctx, Asked asked) {
        String text = String.valueOf(ctx.pathParam("uploadId"));
        FileId id = FileIds.parse(text).orElseThrow(() -> unknownUpload(text));
        return owners.upload(id, asked).compose(said -> {
            said.tell(ctx);
            if (said.value().isEmpty() && said.undecided()) {
                return Future.succeededFuture(
                        new JsonObject().put("uploadId", text).put("status", "PENDING"));
            }
            Upload upload = said.value().orElseThrow(() -> unknownUpload(text)).getUpload();
            return parts.of(id, upload).map(sent -> FilesJson.of(id.namespace(), upload, sent));
        });
    }

    static FileId pathId(RoutingContext ctx, String parameter) {
        String text = String.valueOf(ctx.pathParam(parameter));
        return FileIds.parse(text).orElseThrow(() -> unknown(parameter, text));
    }

    static Problem unknown(String parameter, String value) {
        return Problem.of(404, "UNKNOWN_FILE", parameter, value, "what there is and you may see");
    }

    private static Problem unknownUpload(String value) {
        return Problem.of(404, "UNKNOWN_UPLOAD", "uploadId", value, "an upload of yours that there is");
    }
}
