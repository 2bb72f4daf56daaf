package dev.millrace.files.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.files.chunks.Cutter;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.content.DeclaredContent;
import dev.millrace.files.topics.content.SignedPut;
import dev.millrace.files.topics.v1.CancelUpload;
import dev.millrace.files.topics.v1.CompleteUpload;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From leave to send an upload's parts to saying that all are there; or giving it up. No byte of a file comes by. */
final class UploadRoutes {
    /** As many as a body of 64 KiB holds. */
    private static final int PARTS_MAX = 500;

    private static final int LEAVES_MAX = 16;
    private static final int SHA256_BYTES = 32;
    /** A chunk's hash and its size. */
    private static final int CHUNK_BYTES = SHA256_BYTES + Integer.BYTES;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final NamespaceDesk desk;
    private final NamespaceOwners owners;
    private final UploadStore store;

    record Part(
            @Nullable Integer number,
            @Nullable String sha256,
            @Nullable Long size) {}

    record Parts(@Nullable List<@Nullable Part> parts) {}

    record Leaf(@Nullable Integer number, @Nullable String chunks) {}

    record Leaves(@Nullable Long baseVersion, @Nullable List<@Nullable Leaf> changedLeaves) {}

    UploadRoutes(NamespaceDesk desk, NamespaceOwners owners, UploadStore store) {
        this.desk = desk;
        this.owners = owners;
        this.store = store;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/uploads/:uploadId/parts").handler(this::parts);
        routes.forUsers(HttpMethod.POST, "/uploads/:uploadId/manifest").handler(this::manifest);
        routes.forUsers(HttpMethod.POST, "/uploads/:uploadId/complete").handler(this::complete);
        routes.forUsers(HttpMethod.DELETE, "/uploads/:uploadId").handler(this::cancel);
    }

    private void parts(RoutingContext ctx) {
        FileId id = uploadId(ctx);
        Parts body = StrictJson.body(ctx, Parts.class);
        List<Part> parts = Expect.list("parts", body.parts(), 1, PARTS_MAX);
        open(ctx, id)
                .compose(upload -> store.parts(id, upload, wanted(upload, parts)))
                .onSuccess(leave -> StrictJson.answer(ctx, 200, Map.of("parts", json(leave))))
                .onFailure(ctx::fail);
    }

    private static List<UploadStore.Wanted> wanted(Upload upload, List<Part> parts) {
        List<UploadStore.Wanted> wanted = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        for (Part part : parts) {
            int number = (int) Expect.between("number", part.number(), 1, upload.getPartCount());
            if (!numbers.add(number)) {
                throw Expect.invalid("number", number, "each part once");
            }
            long bytes = UploadStore.bytesOf(upload, number);
            long size = Expect.between("size", part.size(), bytes, bytes);
            String hex = Expect.matching("sha256", part.sha256(), SHA256, "SHA-256 in 64 hex digits");
            String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
            wanted.add(new UploadStore.Wanted(number, size, base64));
        }
        return wanted;
    }

    private static List<Map<String, Object>> json(List<UploadStore.Leave> leave) {
        List<Map<String, Object>> json = new ArrayList<>();
        for (UploadStore.Leave part : leave) {
            SignedPut put = part.put();
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("number", part.number());
            of.put("url", put.url());
            of.put("headers", put.headers());
            of.put("expiresAt", Times.text(put.expiresAt()));
            json.add(of);
        }
        return json;
    }

    private void manifest(RoutingContext ctx) {
        FileId id = uploadId(ctx);
        Leaves body = StrictJson.body(ctx, Leaves.class);
        long base = Expect.between("baseVersion", body.baseVersion(), 1, Long.MAX_VALUE);
        List<UploadStore.Leaf> leaves = declared(Expect.list("changedLeaves", body.changedLeaves(), 1, LEAVES_MAX));
        open(ctx, id)
                .compose(
                        upload -> owners.manifest(new FileId(id.namespace(), upload.getNodeId()), base, Caller.of(ctx)))
                .compose(manifest -> store.declare(id, manifest, leaves))
                .onSuccess(bundles -> StrictJson.answer(ctx, 200, Map.of("bundles", bundlesJson(bundles))))
                .onFailure(ctx::fail);
    }

    private static List<UploadStore.Leaf> declared(List<Leaf> leaves) {
        List<UploadStore.Leaf> declared = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        for (Leaf leaf : leaves) {
            int number = (int) Expect.between("number", leaf.number(), 0, DeclaredContent.LEAVES_MAX - 1L);
            if (!numbers.add(number)) {
                throw Expect.invalid("number", number, "each leaf once");
            }
            declared.add(new UploadStore.Leaf(number, chunks(leaf.chunks())));
        }
        return declared;
    }

    /** SHA-256 and size of each chunk, one behind the other, in base 64: a full leaf is to fit into a body. */
    private static List<LeafPlan.Declared> chunks(@Nullable String base64) {
        byte[] bytes = bytes(base64);
        int count = bytes.length / CHUNK_BYTES;
        if (count == 0 || bytes.length % CHUNK_BYTES != 0 || count > DeclaredContent.LEAF_CHUNKS_MAX) {
            throw Expect.invalid(
                    "chunks", bytes.length + " bytes", "1.." + DeclaredContent.LEAF_CHUNKS_MAX + " times 36 bytes");
        }
        List<LeafPlan.Declared> chunks = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
            int size = ByteBuffer.wrap(bytes).getInt(at + SHA256_BYTES);
            chunks.add(new LeafPlan.Declared(ByteString.copyFrom(bytes, at, SHA256_BYTES), (int)
                    Expect.between("chunks", size, 1, Cutter.CHUNK_BYTES_MAX)));
        }
        return chunks;
    }

    private static byte[] bytes(@Nullable String base64) {
        if (base64 == null) {
            throw Expect.invalid("chunks", null, "chunks in base 64");
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Expect.invalid("chunks", base64.length() + " characters", "chunks in base 64");
        }
    }

    private static List<Map<String, Object>> bundlesJson(List<UploadStore.Bundle> bundles) {
        List<Map<String, Object>> json = new ArrayList<>();
        for (UploadStore.Bundle bundle : bundles) {
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("leaf", bundle.leaf());
            of.put("number", bundle.number());
            of.put("chunks", bundle.chunks());
            of.put("size", bundle.sizeBytes());
            of.put("url", bundle.put().url());
            of.put("headers", bundle.put().headers());
            of.put("expiresAt", Times.text(bundle.put().expiresAt()));
            json.add(of);
        }
        return json;
    }

    private void complete(RoutingContext ctx) {
        FileId id = uploadId(ctx);
        upload(ctx, id)
                .compose(upload -> upload.getStatus() == UploadStatus.UPLOAD_OPEN
                        ? store.join(id, upload)
                        : Future.succeededFuture())
                .onSuccess(joined -> desk.send(
                        ctx,
                        id.namespace(),
                        NamespaceCommand.newBuilder()
                                .setCompleteUpload(CompleteUpload.newBuilder().setUploadId(id.local())),
                        new NamespaceDesk.Answer(
                                202,
                                decision -> "/uploads/" + id,
                                outcome -> completed(id, outcome.getUpload().getUpload()))))
                .onFailure(ctx::fail);
    }

    private static Map<String, Object> completed(FileId id, Upload upload) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("fileId", FileIds.text(id.namespace(), upload.getNodeId()));
        body.put("uploadId", id.toString());
        body.put(
                "status",
                upload.getStatus().name().substring("UPLOAD_".length()).toLowerCase(Locale.ROOT));
        return body;
    }

    private void cancel(RoutingContext ctx) {
        FileId id = uploadId(ctx);
        NamespaceCommand.Builder command = NamespaceCommand.newBuilder()
                .setCancelUpload(CancelUpload.newBuilder().setUploadId(id.local()));
        desk.send(
                ctx,
                id.namespace(),
                command,
                new NamespaceDesk.Answer(
                        200,
                        decision -> "/uploads/" + id,
                        outcome -> Map.of("uploadId", id.toString(), "status", "abandoned")));
    }

    /** The upload, if it is the caller's to go on with and something can still be sent of it. */
    private Future<Upload> open(RoutingContext ctx, FileId id) {
        return upload(ctx, id).map(upload -> {
            if (upload.getStatus() != UploadStatus.UPLOAD_OPEN) {
                throw Refusals.uploadEnded(id.toString());
            }
            return upload;
        });
    }

    /** The upload, if it is the caller's to go on with. */
    private Future<Upload> upload(RoutingContext ctx, FileId id) {
        Caller caller = Caller.of(ctx);
        Future<Void> admitted = caller.device().isEmpty() ? Future.succeededFuture() : owners.admit(caller);
        return admitted.compose(known -> owners.upload(id, caller));
    }

    private static FileId uploadId(RoutingContext ctx) {
        String text = String.valueOf(ctx.pathParam("uploadId"));
        return FileIds.parse(text).orElseThrow(() -> Refusals.unknownUpload(text));
    }
}
