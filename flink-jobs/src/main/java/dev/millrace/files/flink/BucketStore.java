package dev.millrace.files.flink;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.ContentBucket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The bucket itself. */
final class BucketStore implements ContentStore {
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
    public OptionalLong uploadBytes(FileId upload) throws IOException {
        return call(there -> there.uploadBytes(upload));
    }

    @Override
    public InputStream readUpload(FileId upload, long from, long bytes) throws IOException {
        return call(there -> there.stream(ContentKeys.upload(upload), from, bytes));
    }

    @Override
    public byte[] read(String key) throws IOException {
        return call(there -> there.read(key));
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
