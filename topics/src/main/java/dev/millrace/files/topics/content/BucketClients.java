package dev.millrace.files.topics.content;

import java.time.Duration;
import java.util.OptionalLong;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Clients of the bucket at an address, and what both sides ask them. */
final class BucketClients {
    private BucketClients() {}

    /** @param within longest one call may take until its answer begins */
    static S3Client calls(BucketAddress address, Duration within) {
        S3ClientBuilder calls = S3Client.builder()
                .region(Region.of(address.region()))
                .credentialsProvider(credentials(address))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(within)
                        .socketTimeout(within))
                // Only what we ask for: not every store knows the newest ones.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(o -> o.apiCallTimeout(within));
        address.endpoint()
                .ifPresent(endpoint -> calls.endpointOverride(endpoint).forcePathStyle(true));
        return calls.build();
    }

    static S3Presigner signs(BucketAddress address) {
        S3Presigner.Builder signs =
                S3Presigner.builder().region(Region.of(address.region())).credentialsProvider(credentials(address));
        address.endpoint()
                .ifPresent(endpoint -> signs.endpointOverride(endpoint)
                        .serviceConfiguration(S3Configuration.builder()
                                .pathStyleAccessEnabled(true)
                                .build()));
        return signs.build();
    }

    /** How many bytes an object has; empty if there is none. */
    static OptionalLong bytes(S3Client client, String bucket, String key) {
        try {
            return OptionalLong.of(
                    client.headObject(head -> head.bucket(bucket).key(key)).contentLength());
        } catch (NoSuchKeyException e) {
            return OptionalLong.empty();
        }
    }

    private static AwsCredentialsProvider credentials(BucketAddress address) {
        return address.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(address.accessKey(), address.secretKey()));
    }
}
