package dev.millrace.files.ingest;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.SentPart;
import dev.millrace.files.topics.content.SignedPut;
import dev.millrace.files.topics.content.UploadBucket;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Uploads in the store, asked off the event loop: a few calls at a time and a short queue, the rest is refused at once. */
final class UploadStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UploadStore.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** More would wait longer for a thread than a call takes. */
    private static final int WAITING_PER_THREAD_MAX = 8;

    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final Optional<UploadBucket> bucket;
    private final WorkerExecutor threads;
    private final int underWayMax;
    private final AtomicInteger underWay = new AtomicInteger();

    /** A part that somebody wants to send. */
    record Wanted(int number, long sizeBytes, String sha256) {}

    /** Leave to send it. */
    record Leave(int number, SignedPut put) {}

    UploadStore(Vertx vertx, UploadSettings settings) {
        this.bucket = settings.bucket().map(address -> new UploadBucket(address, settings.within()));
        this.threads = vertx.createSharedWorkerExecutor("uploads", settings.threads());
        this.underWayMax = settings.threads() * WAITING_PER_THREAD_MAX;
    }

    /** Leave to send an upload of one piece; empty if there is nowhere to send it. */
    Future<Optional<SignedPut>> whole(FileId id, Upload upload) {
        if (bucket.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        String sha256 = BASE64.encodeToString(upload.getDeclaredSha256().toByteArray());
        // Signing asks nobody, but looking for the keys to sign with may.
        return call(there -> Optional.of(there.signWhole(id, upload.getSizeBytes(), sha256)));
    }

    /** Leave to send parts; of an upload of one piece, that piece. */
    Future<List<Leave>> parts(FileId id, Upload upload, List<Wanted> wanted) {
        return call(there -> {
            boolean whole = upload.getPartCount() == 1;
            String multipart = whole ? "" : there.begin(id);
            List<Leave> leave = new ArrayList<>();
            for (Wanted part : wanted) {
                SignedPut put = whole
                        ? there.signWhole(id, part.sizeBytes(), part.sha256())
                        : there.signPart(id, multipart, part.number(), part.sizeBytes(), part.sha256());
                leave.add(new Leave(part.number(), put));
            }
            return leave;
        });
    }

    /** Puts an upload together from its parts. Fails with 409 PARTS_MISSING if not all are there; again does no harm. */
    Future<Void> join(FileId id, Upload upload) {
        return call(there -> joined(there, id, upload)).mapEmpty();
    }

    /** How many bytes there are then: all. */
    private static long joined(UploadBucket there, FileId id, Upload upload) {
        int missing = 0;
        if (upload.getPartCount() > 1) {
            List<SentPart> parts = there.parts(id);
            missing = missing(upload, parts).size();
            if (missing == 0) {
                there.join(id, parts);
            }
        }
        // Even if parts are missing: they may have been put together by whoever didn't get the answer.
        OptionalLong bytes = there.wholeBytes(id);
        if (bytes.isEmpty() || bytes.getAsLong() != upload.getSizeBytes()) {
            throw Problem.of(
                    409,
                    "PARTS_MISSING",
                    "parts",
                    missing > 0 ? missing + " are missing" : bytes.orElse(0) + " bytes",
                    upload.getPartCount() + " of " + upload.getPartBytes() + " bytes, " + upload.getSizeBytes()
                            + " in all");
        }
        return bytes.getAsLong();
    }

    private static List<Integer> missing(Upload upload, List<SentPart> parts) {
        Set<Integer> there = new HashSet<>();
        parts.stream()
                .filter(part -> part.sizeBytes() == bytesOf(upload, part.number()))
                .forEach(part -> there.add(part.number()));
        List<Integer> missing = new ArrayList<>();
        for (int number = 1; number <= upload.getPartCount(); number++) {
            if (!there.contains(number)) {
                missing.add(number);
            }
        }
        return missing;
    }

    /** How long a part is: all alike, but for the last. */
    static long bytesOf(Upload upload, int number) {
        return number < upload.getPartCount()
                ? upload.getPartBytes()
                : upload.getSizeBytes() - (upload.getPartCount() - 1) * upload.getPartBytes();
    }

    private interface Call<T> {
        T on(UploadBucket bucket);
    }

    private <T> Future<T> call(Call<T> call) {
        if (bucket.isEmpty()) {
            return Future.failedFuture(unavailable("Nothing can be sent here: no bucket is set up."));
        }
        if (underWay.incrementAndGet() > underWayMax) {
            underWay.decrementAndGet();
            return Future.failedFuture(
                    Problem.of(503, "OVERLOADED", "Too many calls wait for the store of files' bytes.")
                            .retryAfter(SOON));
        }
        UploadBucket there = bucket.get();
        Callable<T> work = () -> {
            try {
                return call.on(there);
            } catch (SdkException e) {
                LOG.atWarn().addKeyValue("error", e.getMessage()).log("a call to the bucket failed");
                throw unavailable("The store of files' bytes doesn't answer.");
            }
        };
        return threads.executeBlocking(work, false).onComplete(done -> underWay.decrementAndGet());
    }

    private static Problem unavailable(String detail) {
        return Problem.of(503, "CONTENT_STORE_UNAVAILABLE", detail).retryAfter(SOON);
    }

    @Override
    public void close() {
        var unused = threads.close();
        bucket.ifPresent(UploadBucket::close);
    }
}
