package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChangesView;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * GET /changes, all that became of the caller's namespace, and of one file. Whoever follows them from the first cursor,
 * or from a listing's, misses none; who was away for too long is told so, and where to begin again. What became of a file
 * goes back further than its owner knows, where there is a history.
 */
final class ChangeReads {
    private static final int PAGE_SIZE = 100;
    private static final int PAGE_SIZE_MAX = 1_000;

    private static final Set<ChangeKind> OWNERS_ONLY = EnumSet.of(
            ChangeKind.CHANGE_SHARE_GRANTED,
            ChangeKind.CHANGE_SHARE_ENDED,
            ChangeKind.CHANGE_LINK_CREATED,
            ChangeKind.CHANGE_LINK_OPENED,
            ChangeKind.CHANGE_LINK_PASSWORD_WRONG);

    private final NamespaceOwners owners;
    private final Cursors cursors;
    private final Optional<ChangeHistory> history;

    ChangeReads(NamespaceOwners owners, Cursors cursors, Optional<ChangeHistory> history) {
        this.owners = owners;
        this.cursors = cursors;
        this.history = history;
    }

    void addTo(FilesReads reads) {
        reads.add("/changes", List.of("cursor", "pageSize"), this::ofNamespace);
        reads.add("/files/:fileId/changes", List.of("since", "pageSize"), this::ofFile);
    }

    private Future<JsonObject> ofNamespace(RoutingContext ctx, Asked asked) {
        String list = "changes/" + asked.namespace();
        long after = Reads.parameter(ctx, "cursor")
                .map(text -> Long.parseLong(cursors.open("cursor", list, text)))
                .orElse(0L);
        return owners.changes(after, pageSize(ctx), asked).map(said -> {
            said.tell(ctx);
            ChangesView view = said.value().orElseThrow(NamespaceOwners::unavailable);
            if (view.getExpired()) {
                throw Problem.of(
                                410,
                                "CURSOR_EXPIRED",
                                "cursor",
                                "too old",
                                "the snapshotCursor: list the folders, and follow from it")
                        .with("snapshotCursor", cursors.sign(list, Long.toString(view.getNewest())));
            }
            return page(
                    view, "nextCursor", list, after, Long::toString, change -> FilesJson.of(asked.namespace(), change));
        });
    }

    private Future<JsonObject> ofFile(RoutingContext ctx, Asked asked) {
        FileId file = FileReads.pathId(ctx, "fileId");
        String list = "changes/" + file;
        Since since = Reads.parameter(ctx, "since")
                .map(text ->
                        Times.parse(text).map(Since::time).orElseGet(() -> Since.of(cursors.open("since", list, text))))
                .orElse(Since.BEGINNING);
        long after = since.sequence();
        boolean owns = asked.namespace().equals(file.namespace());
        int pageSize = pageSize(ctx);
        return owners.changesOf(file, after, pageSize, asked)
                .compose(said -> {
                    said.tell(ctx);
                    ChangesView kept = said.value().orElseThrow(() -> FileReads.unknown("fileId", file.toString()));
                    return history.map(known -> known.before(kept, file, after, pageSize))
                            .orElseGet(() -> Future.succeededFuture(kept));
                })
                .map(view -> page(
                        view,
                        "nextSince",
                        list,
                        after,
                        last -> since.at(last).toString(),
                        change -> since.isAfter(change) ? told(file.namespace(), change, owns) : null));
    }

    /** Where it lay, what it was called, and who else sees it are its owner's business. */
    private static @Nullable JsonObject told(String namespace, Change change, boolean owns) {
        if (owns) {
            return FilesJson.of(namespace, change);
        }
        return OWNERS_ONLY.contains(change.getKind()) ? null : FilesJson.ofAnothers(namespace, change);
    }

    private static int pageSize(RoutingContext ctx) {
        return Reads.integer(ctx, "pageSize", PAGE_SIZE, 1, PAGE_SIZE_MAX);
    }

    /**
     * @param next what the place behind the page is called
     * @param place what is signed of it, by the last change's sequence
     * @param told a change as the caller is told it; null: not at all
     */
    private JsonObject page(
            ChangesView view,
            String next,
            String list,
            long after,
            LongFunction<String> place,
            Function<Change, @Nullable JsonObject> told) {
        JsonArray items = new JsonArray();
        long last = after;
        for (Change change : view.getChangesList()) {
            JsonObject item = told.apply(change);
            if (item != null) {
                items.add(item);
            }
            last = change.getSequence();
        }
        return new JsonObject()
                .put("items", items)
                .put(next, cursors.sign(list, place.apply(last)))
                .put("more", view.getMore());
    }
}
