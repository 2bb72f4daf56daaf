package dev.millrace.files.flink;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.files.topics.content.ContentBucket;
import dev.millrace.topics.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The bucket itself. Manifests that this process wrote or read lately are in memory, whichever task it was: of each new
 * version two more read them than write them, and they never change.
 */
final class BucketStore implements ContentStore {
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private static final long MANIFEST_BYTES_MAX = 8L * 1024 * 1024;
    /** What each takes besides. */
    private static final int ENTRY_BYTES = 256;

    private static final Cache<ManifestKey, byte[]> MANIFESTS = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(MANIFEST_BYTES_MAX)
            .weigher((ManifestKey key, byte[] bytes) -> bytes.length + ENTRY_BYTES)
            .build();

    private final BucketAddress address;
    private final ContentBucket bucket;

    private record ManifestKey(BucketAddress bucket, String key) {}

    /** @param within longest one call may take until its answer begins, and longest that an answer may pause */
    BucketStore(BucketAddress address, Duration within) {
        this.address = address;
        this.bucket = new ContentBucket(address, within);
    }

    private interface Call<T> {
        T on(ContentBucket bucket);
    }

    private <T> T call(Call<T> call) throws IOException {
        try {
            return call.on(bucket);
        } catch (NoSuchKeyException e) {
            throw (IOException) new FileNotFoundException(e.getMessage()).initCause(e);
        } catch (SdkException e) {
            throw new IOException("S3: " + e.getMessage(), e);
        }
    }

    @Override
    public OptionalLong bytes(String key) throws IOException {
        return call(there -> there.bytes(key));
    }

    @Override
    public Optional<byte[]> find(String key) throws IOException {
        byte[] known = MANIFESTS.getIfPresent(new ManifestKey(address, key));
        if (known != null) {
            return Optional.of(known);
        }
        Optional<byte[]> found = call(there -> there.find(key));
        found.ifPresent(bytes -> remember(key, bytes));
        return found;
    }

    @Override
    public InputStream readUpload(FileId upload, long from, long bytes) throws IOException {
        return call(there -> there.stream(ContentKeys.upload(upload), from, bytes));
    }

    @Override
    public byte[] read(String key, long from, int bytes) throws IOException {
        return call(there -> {
            try {
                return there.read(key, from, bytes);
            } catch (S3Exception e) {
                if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                    return new byte[0];
                }
                throw e;
            }
        });
    }

    @Override
    public void write(String key, byte[] bytes) throws IOException {
        call(there -> {
            there.write(key, bytes);
            return key;
        });
        remember(key, bytes);
    }

    /** Only what is as it is called: else one damaged answer would be everybody's. */
    private void remember(String key, byte[] bytes) {
        if (key.startsWith(ContentKeys.MANIFESTS) && key.equals(ContentKeys.manifest(Sha256.of(bytes)))) {
            MANIFESTS.put(new ManifestKey(address, key), bytes);
        }
    }

    @Override
    public void delete(String key) throws IOException {
        call(there -> {
            there.delete(key);
            return key;
        });
    }

    @Override
    public void close() {
        bucket.close();
    }
}
