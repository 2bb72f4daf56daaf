package dev.millrace.files.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.ingest.Accepted;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.Decision;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hands commands to the owners of namespaces, and answers with what they decide. */
final class NamespaceDesk {
    private static final String ROOT = "root";

    private final CommandDesk desk;
    private final NamespaceOwners owners;

    /**
     * What the caller is told.
     *
     * @param status of an accepted command
     * @param location where the thing is, or will be
     * @param body of an accepted command
     */
    record Answer(
            int status, Function<Decision, String> location, Function<NamespaceOutcome, Map<String, Object>> body) {}

    NamespaceDesk(CommandDesk desk, NamespaceOwners owners) {
        this.desk = desk;
        this.owners = owners;
    }

    /** Of the caller's own namespace. */
    static String own(RoutingContext ctx) {
        return FileIds.namespaceOf(Caller.of(ctx).subject());
    }

    /** The id in a path: 404 UNKNOWN_FILE unless it can be one. */
    static FileId pathId(RoutingContext ctx, String parameter) {
        String text = String.valueOf(ctx.pathParam(parameter));
        return FileIds.parse(text).orElseThrow(() -> Refusals.unknown(parameter, text));
    }

    /** The folder in a body; the caller's own root folder if it names none. */
    static FileId folder(RoutingContext ctx, @Nullable String parentId) {
        if (parentId == null || parentId.equals(ROOT)) {
            return new FileId(own(ctx), FileIds.ROOT);
        }
        return FileIds.parse(parentId)
                .orElseThrow(() -> Expect.invalid("parentId", parentId, "a folder's id, root, or none"));
    }

    /** A node can't leave its namespace: 422 OTHER_NAMESPACE. */
    static void requireSame(FileId node, FileId folder) {
        if (!node.namespace().equals(folder.namespace())) {
            throw Problem.of(422, "OTHER_NAMESPACE", "parentId", folder, "a folder of the same owner");
        }
    }

    void send(RoutingContext ctx, String namespace, NamespaceCommand.Builder command, Answer answer) {
        send(ctx, namespace, command, answer, outcome -> Future.succeededFuture(Map.of()));
    }

    /** @param more what else an accepted command is answered with, once that is there */
    void send(
            RoutingContext ctx,
            String namespace,
            NamespaceCommand.Builder command,
            Answer answer,
            Function<NamespaceOutcome, Future<Map<String, Object>>> more) {
        Caller caller = Caller.of(ctx);
        // In the caller's own namespace it is decided in order; of others' devices an owner knows nothing.
        Future<Void> admitted = caller.device().isEmpty() || namespace.equals(own(ctx))
                ? Future.succeededFuture()
                : owners.admit(caller);
        admitted.compose(known -> desk.decide(
                        ctx,
                        FilesTopics.NAMESPACE_COMMANDS,
                        namespace,
                        meta -> command.setMeta(meta)
                                .setNamespaceId(namespace)
                                .setDeviceId(caller.device())
                                .build()))
                .compose(decision -> tell(ctx, decision, answer, more))
                .onFailure(ctx::fail);
    }

    private static Future<Void> tell(
            RoutingContext ctx,
            Decision decision,
            Answer answer,
            Function<NamespaceOutcome, Future<Map<String, Object>>> more) {
        if (decision instanceof Decision.Pending pending) {
            String location = answer.location().apply(pending);
            Accepted.pending(ctx, pending, location, Map.of("status", "PENDING"));
            return Future.succeededFuture();
        }
        NamespaceOutcome outcome = outcomeOf((Decision.Decided) decision);
        if (outcome.hasRefused()) {
            throw Refusals.problem(outcome.getRefused());
        }
        return more.apply(outcome).map(members -> {
            if (answer.status() != 200) {
                ctx.response().putHeader("Location", answer.location().apply(decision));
            }
            Map<String, Object> body = new LinkedHashMap<>(answer.body().apply(outcome));
            body.putAll(members);
            Accepted.answer(ctx, answer.status(), decision, body);
            return null;
        });
    }

    /** Id of what a command makes in a namespace. */
    static String made(String namespace, Decision decision) {
        return FileIds.text(namespace, decision.commandId().bytes());
    }

    private static NamespaceOutcome outcomeOf(Decision.Decided decided) {
        try {
            return NamespaceOutcome.parseFrom(decided.outcome());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + decided.commandId() + " can't be read", e);
        }
    }
}
