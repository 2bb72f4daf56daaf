package dev.millrace.files.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.LinkToken;
import dev.millrace.files.topics.v1.CreateLink;
import dev.millrace.files.topics.v1.EndShare;
import dev.millrace.files.topics.v1.LinkPassword;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.OpenLink;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.ShareNode;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sharing with people and by link, ending that, and opening a link. */
final class ShareRoutes {
    private static final int SECRET_BYTES = 16;
    private static final int PASSWORD_CHARS_MAX = 128;

    private final NamespaceDesk desk;
    private final NamespaceOwners owners;
    private final Predicate<String> closed;
    private final SecureRandom random = new SecureRandom();

    record NewShare(
            @Nullable String userId,
            @Nullable List<@Nullable String> permissions,
            @Nullable String expiresAt) {}

    record NewLink(@Nullable String expiresAt, @Nullable String password) {}

    record Opening(@Nullable String password) {}

    /** @param closed whether a user's account is closed */
    ShareRoutes(NamespaceDesk desk, NamespaceOwners owners, Predicate<String> closed) {
        this.desk = desk;
        this.owners = owners;
        this.closed = closed;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/files/:fileId/share").handler(this::share);
        routes.forUsers(HttpMethod.POST, "/files/:fileId/links").handler(this::link);
        routes.forUsers(HttpMethod.DELETE, "/shares/:shareId").handler(this::end);
        routes.forUsers(HttpMethod.POST, "/links/:token").handler(this::open);
    }

    private void share(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        NewShare body = StrictJson.body(ctx, NewShare.class);
        String user = body.userId();
        if (user == null || !Expect.isUserId(user)) {
            throw Expect.invalid("userId", user, "a user's id, 1..128 characters");
        }
        Set<String> permissions = Set.copyOf(Expect.list("permissions", body.permissions(), 1, 2));
        if (!Set.of("read", "write").containsAll(permissions)) {
            throw Expect.invalid("permissions", permissions, "read, write or both");
        }
        if (closed.test(user)) {
            throw Problem.of(404, "UNKNOWN_USER", "userId", user, "a user whose account isn't closed");
        }
        NamespaceCommand.Builder command = NamespaceCommand.newBuilder()
                .setShareNode(ShareNode.newBuilder()
                        .setNodeId(file.local())
                        .setUserId(user)
                        .setWrite(permissions.contains("write"))
                        .setExpiresAtMillis(expiry(body.expiresAt())));
        sendShare(ctx, file, command);
    }

    private void link(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        NewLink body = StrictJson.body(ctx, NewLink.class);
        CreateLink.Builder link = CreateLink.newBuilder()
                .setNodeId(file.local())
                .setExpiresAtMillis(expiry(body.expiresAt()))
                .setSecret(random(SECRET_BYTES));
        NamespaceCommand.Builder command = NamespaceCommand.newBuilder().setCreateLink(link);
        String password = body.password();
        if (password == null) {
            sendShare(ctx, file, command);
            return;
        }
        Expect.text("password", password, 1, PASSWORD_CHARS_MAX);
        ByteString salt = random(SECRET_BYTES);
        // Not on the event loop: it is meant to take long.
        ctx.vertx()
                .executeBlocking(() -> LinkPasswords.of(password, salt), false)
                .onSuccess(hashed -> {
                    command.getCreateLinkBuilder().setPassword(hashed);
                    sendShare(ctx, file, command);
                })
                .onFailure(ctx::fail);
    }

    private ByteString random(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private void sendShare(RoutingContext ctx, FileId file, NamespaceCommand.Builder command) {
        String namespace = file.namespace();
        desk.send(
                ctx,
                namespace,
                command,
                new NamespaceDesk.Answer(
                        201, decision -> "/shares", outcome -> EntryBody.of(namespace, outcome.getShare())));
    }

    /** 0 for none. */
    private static long expiry(@Nullable String expiresAt) {
        if (expiresAt == null) {
            return 0;
        }
        try {
            return Math.max(1, OffsetDateTime.parse(expiresAt).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw Expect.invalid("expiresAt", expiresAt, "a time, such as 2027-01-31T12:00:00Z");
        }
    }

    private void end(RoutingContext ctx) {
        String text = String.valueOf(ctx.pathParam("shareId"));
        FileId share = FileIds.parse(text)
                .orElseThrow(() -> Problem.of(404, "UNKNOWN_SHARE", "shareId", text, "a share or link that there is"));
        NamespaceCommand.Builder command =
                NamespaceCommand.newBuilder().setEndShare(EndShare.newBuilder().setShareId(share.local()));
        desk.send(
                ctx,
                share.namespace(),
                command,
                new NamespaceDesk.Answer(
                        200, decision -> "/shares", outcome -> Map.of("shareId", share.toString(), "status", "ended")));
    }

    private void open(RoutingContext ctx) {
        LinkToken token = LinkToken.parse(String.valueOf(ctx.pathParam("token")))
                .orElseThrow(() -> Problem.of(404, "UNKNOWN_SHARE", "token", "not shown", "a link's"));
        Opening body = StrictJson.body(ctx, Opening.class);
        String password = Expect.textOrEmpty("password", body.password(), PASSWORD_CHARS_MAX);
        owners.link(token.link(), token.secret())
                .compose(link -> hash(ctx, password, link))
                .onSuccess(hash -> desk.send(
                        ctx,
                        token.link().namespace(),
                        NamespaceCommand.newBuilder()
                                .setOpenLink(OpenLink.newBuilder()
                                        .setShareId(token.link().local())
                                        .setSecret(token.secret())
                                        .setPasswordHash(hash)),
                        new NamespaceDesk.Answer(
                                200,
                                decision -> ctx.normalizedPath(),
                                outcome -> EntryBody.of(token.link().namespace(), outcome.getNode()))))
                .onFailure(ctx::fail);
    }

    /** Empty where none is needed: the owner knows whether that will do. */
    private static Future<ByteString> hash(RoutingContext ctx, String password, Optional<Share> link) {
        Optional<LinkPassword> asked = link.filter(Share::hasPassword).map(Share::getPassword);
        if (asked.isEmpty() || password.isEmpty()) {
            return Future.succeededFuture(ByteString.EMPTY);
        }
        LinkPassword how = asked.get();
        return ctx.vertx().executeBlocking(() -> LinkPasswords.hash(password, how), false);
    }
}
