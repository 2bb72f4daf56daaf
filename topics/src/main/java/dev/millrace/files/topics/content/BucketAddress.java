package dev.millrace.files.topics.content;

import java.net.URI;
import java.net.URL;
import java.util.Optional;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Which bucket, and how to get in.
 *
 * @param endpoint of what speaks S3's protocol; empty for Amazon's own of the region
 * @param accessKey empty for what the process's surroundings give, as the AWS SDK looks for it
 */
public record BucketAddress(Optional<URI> endpoint, String region, String bucket, String accessKey, String secretKey) {
    private static final String ANY = "any";

    /** Scheme, host and port of what is signed for it: Amazon's own have the bucket's name in them, mostly. */
    public String origin() {
        try (S3Presigner signer = BucketClients.signs(new BucketAddress(endpoint, region, bucket, ANY, ANY))) {
            URL url = signer.presignGetObject(sign -> sign.signatureDuration(UploadBucket.SIGNED_FOR)
                            .getObjectRequest(get -> get.bucket(bucket).key(ANY)))
                    .url();
            return url.getProtocol() + "://" + url.getAuthority();
        }
    }
}
