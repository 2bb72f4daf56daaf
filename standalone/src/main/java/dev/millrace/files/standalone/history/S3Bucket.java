package dev.millrace.files.standalone.history;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The bucket by S3's own client. */
public final class S3Bucket implements Bucket, AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final S3Client client;
    private final String bucket;

    private S3Bucket(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /** @param settings as roles are told them: s3.endpoint, s3.region, s3.bucket, s3.access-key, s3.secret-key */
    public static S3Bucket of(Map<String, String> settings) {
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(settings.getOrDefault("s3.region", "us-east-1")))
                .credentialsProvider(credentials(settings))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(WITHIN))
                // Not every store knows the newest ones.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        String endpoint = settings.getOrDefault("s3.endpoint", "");
        if (!endpoint.isEmpty()) {
            client.endpointOverride(URI.create(endpoint)).forcePathStyle(true);
        }
        return new S3Bucket(client.build(), settings.getOrDefault("s3.bucket", ""));
    }

    private static AwsCredentialsProvider credentials(Map<String, String> settings) {
        String accessKey = settings.getOrDefault("s3.access-key", "");
        return accessKey.isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(accessKey, settings.getOrDefault("s3.secret-key", "")));
    }

    @Override
    public Map<String, Stored> list(String prefix) {
        Map<String, Stored> there = new TreeMap<>();
        client.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix))
                .contents()
                .forEach(object -> there.put(
                        object.key().substring(prefix.length()),
                        new Stored(object.size(), object.lastModified().toEpochMilli())));
        return there;
    }

    @Override
    public Optional<byte[]> read(String key) {
        try {
            return Optional.of(
                    client.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArray());
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
