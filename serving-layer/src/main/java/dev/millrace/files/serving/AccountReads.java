package dev.millrace.files.serving;

import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.SharesView;
import dev.millrace.files.topics.v1.TrashView;
import dev.millrace.serving.Cursors;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** GET of what is the caller's own: shares given and received, devices, usage. */
final class AccountReads {
    private final NamespaceOwners owners;
    private final Cursors cursors;

    AccountReads(NamespaceOwners owners, Cursors cursors) {
        this.owners = owners;
        this.cursors = cursors;
    }

    void addTo(FilesReads reads) {
        reads.add("/shares", Listing.PARAMETERS, this::shares);
        reads.add("/devices", List.of(), this::devices);
        reads.add("/trash", Listing.PARAMETERS, this::trash);
        reads.add("/usage", List.of(), this::usage);
    }

    private Future<JsonObject> shares(RoutingContext ctx, Asked asked) {
        Listing listing = Listing.in(ctx, cursors, "shares/" + asked.caller());
        return owners.shares(listing.after(), listing.pageSize(), asked).map(said -> {
            said.tell(ctx);
            SharesView view = said.value().orElseThrow(NamespaceOwners::unavailable);
            JsonArray items = new JsonArray();
            for (SharesView.Given given : view.getGivenList()) {
                Node node = given.getNode();
                items.add(
                        FilesJson.of(asked.namespace(), given.getShare(), node).put("direction", "given"));
            }
            view.getReceivedList()
                    .forEach(share -> items.add(FilesJson.of(share).put("direction", "received")));
            return listing.page(items, view.getMore(), view.getLast());
        });
    }

    private Future<JsonObject> trash(RoutingContext ctx, Asked asked) {
        Listing listing = Listing.in(ctx, cursors, "trash/" + asked.caller());
        return owners.trash(listing.after(), listing.pageSize(), asked).map(said -> {
            said.tell(ctx);
            TrashView view = said.value().orElseThrow(NamespaceOwners::unavailable);
            JsonArray items = new JsonArray();
            view.getNodesList().forEach(node -> items.add(FilesJson.of(asked.namespace(), node)));
            return listing.page(items, view.getMore(), view.getLast());
        });
    }

    private Future<JsonObject> devices(RoutingContext ctx, Asked asked) {
        return owners.devices(asked).map(said -> {
            said.tell(ctx);
            JsonArray items = new JsonArray();
            said.value()
                    .orElseThrow(NamespaceOwners::unavailable)
                    .getDevicesList()
                    .forEach(device -> items.add(FilesJson.of(device)));
            return new JsonObject().put("items", items);
        });
    }

    private Future<JsonObject> usage(RoutingContext ctx, Asked asked) {
        return owners.usage(asked).map(said -> {
            said.tell(ctx);
            return FilesJson.of(said.value().orElseThrow(NamespaceOwners::unavailable));
        });
    }
}
