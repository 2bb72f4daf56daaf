package dev.millrace.files.serving;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.DatabaseWork;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** GET of who was given URLs of a file's content, and who used them: for its owner, and for no other reader. */
final class AccessReads {
    private final NamespaceOwners owners;
    private final Cursors cursors;
    private final DatabaseWork database;

    AccessReads(NamespaceOwners owners, Cursors cursors, DatabaseWork database) {
        this.owners = owners;
        this.cursors = cursors;
        this.database = database;
    }

    void addTo(FilesReads reads) {
        reads.add("/files/:fileId/downloads", Listing.PARAMETERS, this::downloads);
    }

    private Future<JsonObject> downloads(RoutingContext ctx, Asked asked) {
        FileId file = FileReads.pathId(ctx, "fileId");
        Listing listing = Listing.in(ctx, cursors, "downloads/" + file + "/" + asked.caller());
        return owners.node(file, 0, asked).compose(said -> {
            said.tell(ctx);
            NodeView view = said.value()
                    .filter(node -> !node.getNode().getFolder())
                    .orElseThrow(() -> FileReads.unknown("fileId", file.toString()));
            if (!view.getOwnerId().equals(asked.caller())) {
                throw Problem.of(403, "NOT_YOURS", "Only its owner can see that.");
            }
            int limit = listing.pageSize() + 1;
            return database.read(connection -> Accesses.page(connection, file, listing.after(), limit))
                    .map(found -> page(listing, found));
        });
    }

    /** @param found one more than are shown, if there are more */
    private static JsonObject page(Listing listing, List<AccessFact> found) {
        JsonArray items = new JsonArray();
        found.stream().limit(listing.pageSize()).forEach(access -> items.add(FilesJson.of(access)));
        boolean more = found.size() > listing.pageSize();
        return listing.page(items, more, more ? Accesses.place(found.get(listing.pageSize() - 1)) : ByteString.EMPTY);
    }
}
