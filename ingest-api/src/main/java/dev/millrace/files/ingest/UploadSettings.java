package dev.millrace.files.ingest;

import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.topics.http.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where uploads go.
 *
 * @param bucket empty: nobody can send anything, and is told so
 * @param within longest one call to it may take
 * @param threads calls to it at a time
 */
public record UploadSettings(Optional<BucketAddress> bucket, Duration within, int threads) {
    public static UploadSettings from(Settings s) {
        Optional<String> endpoint = s.optional("s3.endpoint", "address of S3; empty: Amazon's own of the region");
        String region = s.text("s3.region", "us-east-1", "AWS region of the bucket");
        Optional<String> bucket = s.optional("s3.bucket", "bucket of files' bytes; empty: none can be sent");
        String accessKey = s.text("s3.access-key", "", "AWS access key; empty: as the AWS SDK finds it");
        String secretKey = s.secret("s3.secret-key", "", "the key's secret");
        return new UploadSettings(
                bucket.map(name -> new BucketAddress(endpoint.map(URI::create), region, name, accessKey, secretKey)),
                s.duration(
                        "s3.within",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(60),
                        "longest a call to S3 may take before 503 CONTENT_STORE_UNAVAILABLE"),
                s.integer("s3.threads", 16, 1, 256, "calls to S3 at a time"));
    }
}
