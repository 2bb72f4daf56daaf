package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.SentPart;
import dev.millrace.files.topics.content.UploadBucket;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.http.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What was sent of an upload so far, as the bucket tells: whoever goes on with it needn't send that again. */
final class UploadParts implements AutoCloseable {
    private static final int THREADS = 8;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final HexFormat HEX = HexFormat.of();

    private final Optional<There> there;

    private record There(UploadBucket bucket, StoreWork work) {}

    UploadParts(Vertx vertx, BucketSettings settings, MeterRegistry metrics) {
        this.there = settings.bucket()
                .map(address -> new There(
                        new UploadBucket(address, settings.within()),
                        new StoreWork(vertx, "s3", THREADS, settings.within(), metrics)));
    }

    /** Fails with 503 CONTENT_STORE_UNAVAILABLE if the bucket doesn't tell; of an upload that has ended there are none. */
    Future<JsonArray> of(FileId id, Upload upload) {
        if (there.isEmpty() || upload.getStatus() != UploadStatus.UPLOAD_OPEN) {
            return Future.succeededFuture(new JsonArray());
        }
        UploadBucket bucket = there.get().bucket;
        return there.get()
                .work
                .call(() -> upload.getPartCount() == 1 ? whole(bucket, id) : bucket.parts(id))
                .map(UploadParts::json)
                .recover(failure -> Future.failedFuture(
                        Problem.of(503, "CONTENT_STORE_UNAVAILABLE", "The store of files' bytes doesn't answer.")
                                .retryAfter(SOON)));
    }

    private static List<SentPart> whole(UploadBucket bucket, FileId id) {
        return bucket.wholeBytes(id).stream()
                .mapToObj(bytes -> new SentPart(1, bytes, "", ""))
                .toList();
    }

    private static JsonArray json(List<SentPart> parts) {
        JsonArray json = new JsonArray();
        for (SentPart part : parts) {
            JsonObject one = new JsonObject().put("number", part.number()).put("size", part.sizeBytes());
            if (!part.sha256().isEmpty()) {
                one.put("sha256", HEX.formatHex(Base64.getDecoder().decode(part.sha256())));
            }
            json.add(one);
        }
        return json;
    }

    @Override
    public void close() {
        there.ifPresent(open -> {
            open.work.close();
            open.bucket.close();
        });
    }
}
