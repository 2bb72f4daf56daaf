package dev.millrace.files.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.CreateFolder;
import dev.millrace.files.topics.v1.DeleteNode;
import dev.millrace.files.topics.v1.EmptyTrash;
import dev.millrace.files.topics.v1.MoveNode;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.PurgeNode;
import dev.millrace.files.topics.v1.PurgeVersion;
import dev.millrace.files.topics.v1.RestoreNode;
import dev.millrace.files.topics.v1.StartUpload;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Folders, beginning uploads, and what becomes of a file: renamed, moved, deleted, restored, gone for good. */
final class FileRoutes {
    private static final int NAME_CHARS_MAX = 255;
    private static final int MIME_TYPE_CHARS_MAX = 127;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MIME_TYPE = Pattern.compile("[\\x21-\\x7e]+/[\\x20-\\x7e]+");
    private static final String TRASH = "/trash";
    private static final HexFormat HEX = HexFormat.of();

    private final NamespaceDesk desk;
    private final UploadStore store;

    record NewFolder(@Nullable String name, @Nullable String parentId) {}

    record NewUpload(
            @Nullable String fileName,
            @Nullable Long fileSize,
            @Nullable String mimeType,
            @Nullable String parentId,
            @Nullable String contentHash,
            @Nullable String fileId,
            @Nullable Long baseVersion) {}

    record Move(@Nullable String name, @Nullable String parentId) {}

    record Restore(
            @Nullable Long version,
            @Nullable String name,
            @Nullable String parentId) {}

    FileRoutes(NamespaceDesk desk, UploadStore store) {
        this.desk = desk;
        this.store = store;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/folders").handler(this::createFolder);
        routes.forUsers(HttpMethod.POST, "/files").handler(this::startUpload);
        routes.forUsers(HttpMethod.PATCH, "/files/:fileId").handler(this::move);
        routes.forUsers(HttpMethod.DELETE, "/files/:fileId").handler(this::delete);
        routes.forUsers(HttpMethod.POST, "/files/:fileId/restore").handler(this::restore);
        routes.forUsers(HttpMethod.DELETE, "/files/:fileId/versions/:version").handler(this::purgeVersion);
        routes.forUsers(HttpMethod.DELETE, "/trash/:fileId").handler(this::purge);
        routes.forUsers(HttpMethod.DELETE, "/trash").handler(this::emptyTrash);
    }

    private void createFolder(RoutingContext ctx) {
        NewFolder body = StrictJson.body(ctx, NewFolder.class);
        FileId parent = NamespaceDesk.folder(ctx, body.parentId());
        NamespaceCommand.Builder command = NamespaceCommand.newBuilder()
                .setCreateFolder(CreateFolder.newBuilder()
                        .setParentId(parent.local())
                        .setName(Expect.text("name", body.name(), 1, NAME_CHARS_MAX)));
        String namespace = parent.namespace();
        desk.send(
                ctx,
                namespace,
                command,
                new NamespaceDesk.Answer(
                        201, decision -> "/files/" + NamespaceDesk.made(namespace, decision), entry(namespace)));
    }

    private void startUpload(RoutingContext ctx) {
        NewUpload body = StrictJson.body(ctx, NewUpload.class);
        StartUpload.Builder start = StartUpload.newBuilder()
                .setSizeBytes(Expect.between("fileSize", body.fileSize(), 0, Long.MAX_VALUE))
                .setMimeType(mimeType(body.mimeType()))
                .setDeclaredSha256(contentHash(body.contentHash()))
                .setBaseVersion(Expect.betweenOr("baseVersion", body.baseVersion(), 0, 0, Long.MAX_VALUE));
        String namespace;
        if (body.fileId() == null) {
            FileId parent = NamespaceDesk.folder(ctx, body.parentId());
            namespace = parent.namespace();
            start.setParentId(parent.local()).setName(Expect.text("fileName", body.fileName(), 1, NAME_CHARS_MAX));
        } else {
            if (body.parentId() != null) {
                throw Expect.invalid("parentId", body.parentId(), "none with a fileId");
            }
            FileId file = FileIds.parse(body.fileId())
                    .orElseThrow(() -> Expect.invalid("fileId", body.fileId(), "a file's id"));
            namespace = file.namespace();
            start.setNodeId(file.local());
        }
        desk.send(
                ctx,
                namespace,
                NamespaceCommand.newBuilder().setStartUpload(start),
                new NamespaceDesk.Answer(
                        201,
                        decision -> "/uploads/" + NamespaceDesk.made(namespace, decision),
                        outcome -> upload(namespace, outcome)),
                outcome -> leave(namespace, outcome));
    }

    private static String mimeType(@Nullable String mimeType) {
        if (mimeType == null
                || mimeType.length() > MIME_TYPE_CHARS_MAX
                || !MIME_TYPE.matcher(mimeType).matches()) {
            throw Expect.invalid("mimeType", mimeType, "a media type, such as text/plain");
        }
        return mimeType;
    }

    private static ByteString contentHash(@Nullable String hex) {
        return hex == null
                ? ByteString.EMPTY
                : ByteString.copyFrom(
                        HEX.parseHex(Expect.matching("contentHash", hex, SHA256, "SHA-256 in 64 hex digits")));
    }

    private static Map<String, Object> upload(String namespace, NamespaceOutcome outcome) {
        Upload upload = outcome.getUpload().getUpload();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("fileId", FileIds.text(namespace, upload.getNodeId()));
        body.put("uploadId", FileIds.text(namespace, upload.getUploadId()));
        body.put("partSize", upload.getPartBytes());
        body.put("partCount", upload.getPartCount());
        body.put("startedAt", Times.text(upload.getStartedAtMillis()));
        return body;
    }

    /** Where to send what is one piece, at once. */
    private Future<Map<String, Object>> leave(String namespace, NamespaceOutcome outcome) {
        Upload upload = outcome.getUpload().getUpload();
        if (upload.getPartCount() != 1 || upload.getStatus() != UploadStatus.UPLOAD_OPEN) {
            return Future.succeededFuture(Map.of());
        }
        return store.whole(new FileId(namespace, upload.getUploadId()), upload)
                .map(leave -> leave.<Map<String, Object>>map(put -> Map.of(
                                "uploadUrl", put.url(),
                                "uploadHeaders", put.headers(),
                                "uploadExpiresAt", Times.text(put.expiresAt())))
                        .orElseGet(Map::of));
    }

    private void move(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        Move body = StrictJson.body(ctx, Move.class);
        if (body.name() == null && body.parentId() == null) {
            throw Expect.invalid("name", null, "a name, a parentId, or both");
        }
        MoveNode.Builder move = MoveNode.newBuilder().setNodeId(file.local());
        if (body.name() != null) {
            move.setName(Expect.text("name", body.name(), 1, NAME_CHARS_MAX));
        }
        parent(ctx, file, body.parentId()).ifPresent(move::setParentId);
        send(ctx, file, NamespaceCommand.newBuilder().setMoveNode(move));
    }

    private static Optional<ByteString> parent(RoutingContext ctx, FileId file, @Nullable String parentId) {
        if (parentId == null) {
            return Optional.empty();
        }
        FileId parent = NamespaceDesk.folder(ctx, parentId);
        NamespaceDesk.requireSame(file, parent);
        return Optional.of(parent.local());
    }

    private void delete(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        DeleteNode.Builder delete = DeleteNode.newBuilder().setNodeId(file.local());
        String base = ctx.queryParams().get("baseVersion");
        if (base != null) {
            delete.setBaseVersion(version("baseVersion", base));
        }
        send(ctx, file, NamespaceCommand.newBuilder().setDeleteNode(delete));
    }

    private static long version(String parameter, String text) {
        if (!text.matches("\\d{1,18}")) {
            throw Problem.of(400, "INVALID_PARAMETER", parameter, text, "a version's number");
        }
        return Long.parseLong(text);
    }

    private void restore(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        Restore body = StrictJson.body(ctx, Restore.class);
        RestoreNode.Builder restore = RestoreNode.newBuilder()
                .setNodeId(file.local())
                .setVersion(Expect.betweenOr("version", body.version(), 0, 1, Long.MAX_VALUE));
        if (body.name() != null) {
            restore.setName(Expect.text("name", body.name(), 1, NAME_CHARS_MAX));
        }
        parent(ctx, file, body.parentId()).ifPresent(restore::setParentId);
        send(ctx, file, NamespaceCommand.newBuilder().setRestoreNode(restore));
    }

    private void purgeVersion(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        long number = version("version", String.valueOf(ctx.pathParam("version")));
        send(
                ctx,
                file,
                NamespaceCommand.newBuilder()
                        .setPurgeVersion(PurgeVersion.newBuilder()
                                .setNodeId(file.local())
                                .setNumber(number)));
    }

    private void purge(RoutingContext ctx) {
        FileId file = NamespaceDesk.pathId(ctx, "fileId");
        desk.send(
                ctx,
                file.namespace(),
                NamespaceCommand.newBuilder()
                        .setPurgeNode(PurgeNode.newBuilder().setNodeId(file.local())),
                new NamespaceDesk.Answer(202, decision -> TRASH, entry(file.namespace())));
    }

    private void emptyTrash(RoutingContext ctx) {
        desk.send(
                ctx,
                NamespaceDesk.own(ctx),
                NamespaceCommand.newBuilder().setEmptyTrash(EmptyTrash.getDefaultInstance()),
                new NamespaceDesk.Answer(202, decision -> TRASH, FileRoutes::emptied));
    }

    private static Map<String, Object> emptied(NamespaceOutcome outcome) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("entries", outcome.getTrash().getEntries());
        body.put("more", outcome.getTrash().getMore());
        return body;
    }

    private void send(RoutingContext ctx, FileId file, NamespaceCommand.Builder command) {
        desk.send(
                ctx,
                file.namespace(),
                command,
                new NamespaceDesk.Answer(200, decision -> "/files/" + file, entry(file.namespace())));
    }

    private static Function<NamespaceOutcome, Map<String, Object>> entry(String namespace) {
        return outcome -> EntryBody.of(namespace, outcome.getNode());
    }
}
