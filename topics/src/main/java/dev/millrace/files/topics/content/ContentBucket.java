package dev.millrace.files.topics.content;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * What was sent, to read it; packs and manifests, to write and read them. Everything blocks, and fails with an
 * SdkException if the store doesn't answer.
 */
public final class ContentBucket implements StoredObjects, AutoCloseable {
    private final String bucket;
    private final S3Client client;

    /** @param within longest one call may take until its answer begins, and longest that an answer may pause */
    public ContentBucket(BucketAddress address, Duration within) {
        this.bucket = address.bucket();
        this.client = BucketClients.calls(address, within);
    }

    @Override
    public OptionalLong bytes(String key) {
        return BucketClients.bytes(client, bucket, key);
    }

    @Override
    public Optional<byte[]> find(String key) {
        try {
            return Optional.of(read(key));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    /**
     * Bytes of an object as they come, to be closed by whoever asked.
     *
     * @param bytes how many, at least 1
     * @throws NoSuchKeyException if there is no such object
     */
    public InputStream stream(String key, long from, long bytes) {
        return client.getObject(get -> get.bucket(bucket).key(key).range(range(from, bytes)));
    }

    /** What is made of bytes as they come. It may begin several times, with all of them. */
    public interface Reading<T> {
        /**
         * @param length how many they are
         * @throws IOException if they break off; then it is tried again from the beginning
         */
        T read(InputStream bytes, long length) throws IOException;
    }

    /**
     * A range of an object, fewer bytes if it ends before.
     *
     * @throws NoSuchKeyException if there is no such object
     */
    public byte[] read(String key, long from, int bytes) {
        // The client's own way to bytes reads 4 KiB at a time, copies all of it twice, and takes a part for the whole.
        return read(key, from, bytes, ContentBucket::bytesOf);
    }

    /**
     * What is made of a range of an object, which has fewer bytes if that ends before.
     *
     * @throws NoSuchKeyException if there is no such object
     */
    public <T> T read(String key, long from, int bytes, Reading<T> reading) {
        return client.getObject(
                        get -> get.bucket(bucket).key(key).range(range(from, bytes)),
                        (object, stream) -> madeOf(reading, stream, Math.min(bytes, object.contentLength())))
                .get();
    }

    /** If the bytes break off, fails so that the client asks again. What else the reading throws the client would wrap. */
    private static <T> Supplier<T> madeOf(Reading<T> reading, InputStream stream, long length) {
        try {
            T made = reading.read(stream, length);
            return () -> made;
        } catch (IOException e) {
            throw RetryableException.create("an answer of " + length + " bytes that broke off", e);
        } catch (SdkException e) {
            throw e;
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }

    private static byte[] bytesOf(InputStream stream, long length) throws IOException {
        byte[] read = new byte[Math.toIntExact(length)];
        int came = stream.readNBytes(read, 0, read.length);
        if (came < length) {
            throw new EOFException("it ended after " + came + " bytes");
        }
        return read;
    }

    private static String range(long from, long bytes) {
        return "bytes=" + from + "-" + (from + bytes - 1);
    }

    /**
     * A whole object, which is a small one.
     *
     * @throws NoSuchKeyException if there is no such object
     */
    public byte[] read(String key) {
        return client.getObject(
                        get -> get.bucket(bucket).key(key),
                        (object, stream) -> madeOf(ContentBucket::bytesOf, stream, object.contentLength()))
                .get();
    }

    /** @param bytes not to be changed meanwhile */
    public void write(String key, byte[] bytes) {
        // The client's own way from bytes copies them first.
        client.putObject(
                put -> put.bucket(bucket).key(key),
                RequestBody.fromContentProvider(
                        ContentStreamProvider.fromByteArrayUnsafe(bytes), bytes.length, "application/octet-stream"));
    }

    /** Nothing happens if there is no such object. */
    public void delete(String key) {
        client.deleteObject(delete -> delete.bucket(bucket).key(key));
    }

    @Override
    public void close() {
        client.close();
    }
}
