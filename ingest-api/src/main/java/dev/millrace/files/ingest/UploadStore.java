package dev.millrace.files.ingest;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.ContentBucket;
import dev.millrace.files.topics.content.DeclaredContent;
import dev.millrace.files.topics.content.ManifestLeaves;
import dev.millrace.files.topics.content.SentPart;
import dev.millrace.files.topics.content.SignedPut;
import dev.millrace.files.topics.content.UploadBucket;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.FileNotFoundException;
import java.io.IOException;
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

    private final Optional<There> bucket;
    private final WorkerExecutor threads;
    private final int underWayMax;
    private final AtomicInteger underWay = new AtomicInteger();

    /** The bucket, to sign for what is sent and to look at what is stored. */
    private record There(UploadBucket uploads, ContentBucket objects) {}

    /** A part that somebody wants to send. */
    record Wanted(int number, long sizeBytes, String sha256) {}

    /** Leave to send it. */
    record Leave(int number, SignedPut put) {}

    /** A leaf that somebody declares. */
    record Leaf(int number, List<LeafPlan.Declared> chunks) {}

    /**
     * Leave to send what a declared leaf needs.
     *
     * @param chunks of the leaf, from 0, in the bundle's order
     */
    record Bundle(int leaf, int number, List<Integer> chunks, int sizeBytes, SignedPut put) {}

    UploadStore(Vertx vertx, UploadSettings settings) {
        this.bucket = settings.bucket()
                .map(address -> new There(
                        new UploadBucket(address, settings.within()), new ContentBucket(address, settings.within())));
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
        return call(there -> Optional.of(there.uploads.signWhole(id, upload.getSizeBytes(), sha256)));
    }

    /** Leave to send parts; of an upload of one piece, that piece. */
    Future<List<Leave>> parts(FileId id, Upload upload, List<Wanted> wanted) {
        return call(there -> {
            boolean whole = upload.getPartCount() == 1;
            String multipart = whole ? "" : there.uploads.begin(id);
            List<Leave> leave = new ArrayList<>();
            for (Wanted part : wanted) {
                SignedPut put = whole
                        ? there.uploads.signWhole(id, part.sizeBytes(), part.sha256())
                        : there.uploads.signPart(id, multipart, part.number(), part.sizeBytes(), part.sha256());
                leave.add(new Leave(part.number(), put));
            }
            return leave;
        });
    }

    /**
     * Writes down what leaves of an upload are, and gives leave to send what a version doesn't have of them.
     *
     * @param base that version's manifest, which whoever declares them may read
     */
    Future<List<Bundle>> declare(FileId id, ManifestRef base, List<Leaf> leaves) {
        return call(there -> {
            ManifestLeaves baseLeaves = new ManifestLeaves(there.objects);
            there.objects.write(ContentKeys.uploadBase(id), base.toByteArray());
            List<Bundle> bundles = new ArrayList<>();
            for (Leaf leaf : leaves) {
                LeafPlan plan = LeafPlan.of(leaf.chunks(), around(baseLeaves, base, leaf.number()));
                there.objects.write(
                        ContentKeys.uploadLeaf(id, leaf.number()), plan.leaf().toByteArray());
                for (int number = 0; number < plan.bundles().size(); number++) {
                    int bytes = plan.leaf().getBundleBytes(number);
                    SignedPut put = there.uploads.signBundle(id, leaf.number(), number, bytes);
                    bundles.add(new Bundle(leaf.number(), number, plan.bundles().get(number), bytes, put));
                }
            }
            return bundles;
        });
    }

    /** A version's leaf of that number and its neighbours, as far as there are: an edit may move chunks a little. */
    private static List<Manifest> around(ManifestLeaves leaves, ManifestRef base, int number) throws IOException {
        List<Manifest> around = new ArrayList<>();
        for (int near : new int[] {number, number - 1, number + 1}) {
            if (near >= 0) {
                try {
                    leaves.leaf(base, near).ifPresent(around::add);
                } catch (FileNotFoundException e) {
                    LOG.atError().addKeyValue("what", e.getMessage()).log("a manifest can't be read back");
                }
            }
        }
        return around;
    }

    /** Puts an upload together from its parts. Fails with 409 PARTS_MISSING if not all are there; again does no harm. */
    Future<Void> join(FileId id, Upload upload) {
        return call(there -> joined(there, id, upload)).mapEmpty();
    }

    /** How many bytes there are then: all. */
    private static long joined(There there, FileId id, Upload upload) throws IOException {
        int missing = 0;
        if (upload.getPartCount() > 1) {
            List<SentPart> parts = there.uploads.parts(id);
            missing = missing(upload, parts).size();
            if (missing == 0) {
                there.uploads.join(id, parts);
            }
        }
        // Even if parts are missing: they may have been put together by whoever didn't get the answer.
        OptionalLong bytes = there.uploads.wholeBytes(id);
        if (bytes.isEmpty()) {
            bytes = declaredBytes(there, id, upload);
        }
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

    private static OptionalLong declaredBytes(There there, FileId id, Upload upload) throws IOException {
        Optional<DeclaredContent> declared = DeclaredContent.find(there.objects, id);
        return declared.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(declared.get().bytes(upload.getSizeBytes()));
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
        T on(There bucket) throws IOException;
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
        There there = bucket.get();
        Callable<T> work = () -> {
            try {
                return call.on(there);
            } catch (SdkException | IOException e) {
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
        bucket.ifPresent(there -> {
            there.uploads.close();
            there.objects.close();
        });
    }
}
