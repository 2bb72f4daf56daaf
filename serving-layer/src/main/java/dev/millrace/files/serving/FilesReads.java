package dev.millrace.files.serving;

import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.StateClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Sets up reads of files, so that none misses its checks: who asks, and from a device that isn't removed. */
final class FilesReads {
    private final Router router;
    private final Identities identities;
    private final NamespaceOwners owners;
    private final StateClient state;

    /** Answers one read. */
    interface Read {
        Future<JsonObject> answer(RoutingContext ctx, Asked asked);
    }

    FilesReads(Router router, Identities identities, NamespaceOwners owners, StateClient state) {
        this.router = router;
        this.identities = identities;
        this.owners = owners;
        this.state = state;
    }

    /** @param parameters of the query that are known */
    void add(String path, List<String> parameters, Read read) {
        Reads.route(router, path)
                .handler(Reads.unlessFull(state))
                .handler(identities.required())
                .handler(ctx -> {
                    Reads.only(ctx, parameters.toArray(String[]::new));
                    Asked asked = Asked.in(ctx);
                    Reads.answer(ctx, owners.admit(asked).compose(known -> read.answer(ctx, asked)), json -> {
                        ctx.response().putHeader("Cache-Control", "private, no-store");
                        Reads.endJson(ctx, json);
                    });
                });
    }
}
