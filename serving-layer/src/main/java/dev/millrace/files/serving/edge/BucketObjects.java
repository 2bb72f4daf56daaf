package dev.millrace.files.serving.edge;

import dev.millrace.files.topics.content.ContentBucket;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects of the real bucket. Fails with an SdkException while that doesn't answer. */
final class BucketObjects implements ContentObjects {
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final ContentBucket bucket;

    BucketObjects(ContentBucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public byte[] read(String key) {
        try {
            return bucket.read(key);
        } catch (NoSuchKeyException e) {
            throw new ContentMissing(key, e);
        }
    }

    @Override
    public void read(String key, long from, int bytes, Reading reading) {
        try {
            bucket.read(key, from, bytes, (stream, length) -> {
                if (length != bytes) {
                    throw new ContentDamaged(
                            key + ": " + length + " bytes from " + from + " (expected: " + bytes + ")");
                }
                reading.read(stream);
                return key;
            });
        } catch (NoSuchKeyException e) {
            throw new ContentMissing(key, e);
        } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                throw new ContentDamaged(key + ": it ends before " + from, e);
            }
            throw e;
        }
    }
}
