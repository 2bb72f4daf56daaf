package dev.millrace.files.ingest;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
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

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final NamespaceDesk desk;
    private final NamespaceOwners owners;
    private final UploadStore store;

    record Part(
            @Nullable Integer number,
            @Nullable String sha256,
            @Nullable Long size) {}

    record Parts(@Nullable List<@Nullable Part> parts) {}

    UploadRoutes(NamespaceDesk desk, NamespaceOwners owners, UploadStore store) {
        this.desk = desk;
        this.owners = owners;
        this.store = store;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/uploads/:uploadId/parts").handler(this::parts);
        routes.forUsers(HttpMethod.POST, "/uploads/:uploadId/complete").handler(this::complete);
        routes.forUsers(HttpMethod.DELETE, "/uploads/:uploadId").handler(this::cancel);
    }

    private void parts(RoutingContext ctx) {
        FileId id = uploadId(ctx);
        Parts body = StrictJson.body(ctx, Parts.class);
        List<Part> parts = Expect.list("parts", body.parts(), 1, PARTS_MAX);
        upload(ctx, id)
                .compose(upload -> {
                    if (upload.getStatus() != UploadStatus.UPLOAD_OPEN) {
                        throw Refusals.uploadEnded(id.toString());
                    }
                    return store.parts(id, upload, wanted(upload, parts));
                })
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
