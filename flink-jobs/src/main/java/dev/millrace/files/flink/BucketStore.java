package dev.millrace.files.flink;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.ContentBucket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The bucket itself. */
final class BucketStore implements ContentStore {
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final ContentBucket bucket;

    BucketStore(ContentBucket bucket) {
        this.bucket = bucket;
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
        return call(there -> there.find(key));
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
