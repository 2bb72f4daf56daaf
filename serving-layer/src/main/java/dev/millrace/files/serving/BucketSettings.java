package dev.millrace.files.serving;

import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.topics.http.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where files' bytes are.
 *
 * @param bucket empty: nowhere, and uploads have no parts
 * @param within longest one call to it may take
 */
public record BucketSettings(Optional<BucketAddress> bucket, Duration within) {
    public static BucketSettings from(Settings s) {
        Optional<String> endpoint = s.optional("s3.endpoint", "address of S3; empty: Amazon's own of the region");
        String region = s.text("s3.region", "us-east-1", "AWS region of the bucket");
        Optional<String> bucket = s.optional("s3.bucket", "bucket of files' bytes; empty: there are none");
        String accessKey = s.text("s3.access-key", "", "AWS access key; empty: as the AWS SDK finds it");
        String secretKey = s.secret("s3.secret-key", "", "the key's secret");
        return new BucketSettings(
                bucket.map(name -> new BucketAddress(endpoint.map(URI::create), region, name, accessKey, secretKey)),
                s.duration(
                        "s3.within",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(60),
                        "longest a call to S3 may take before 503 CONTENT_STORE_UNAVAILABLE"));
    }
}
