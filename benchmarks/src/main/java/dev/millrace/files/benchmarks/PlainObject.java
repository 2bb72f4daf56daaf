package dev.millrace.files.benchmarks;

import dev.millrace.benchmarks.Target;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedDeleteObjectRequest;
import software.amazon.awssdk.services.s3.presigner.model.PresignedGetObjectRequest;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

/** An object that only the S3 server knows of, sent and fetched by its own signed URLs: the peer of upload and edge. */
final class PlainObject implements AutoCloseable {
    private static final Duration SIGNED_FOR = Duration.ofHours(1);
    /** A role that goes to the bucket, and of which there is always one. */
    private static final String ROLE = "outbound";
    /** What the HTTP client says by itself. */
    private static final Set<String> SAID_ANYWAY = Set.of("host", "content-length");

    private final HttpClient http;
    private final String bucket;
    private final String key;
    private final S3Presigner signer;

    PlainObject(HttpClient http, Target target, String key) {
        this.http = http;
        this.bucket = bucket(target);
        this.key = key;
        this.signer = S3Presigner.builder()
                .region(Region.of(target.setting(ROLE, "s3.region")))
                .endpointOverride(URI.create(target.setting(ROLE, "s3.endpoint")))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        target.setting(ROLE, "s3.access-key"), target.setting(ROLE, "s3.secret-key"))))
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
    }

    static String bucket(Target target) {
        return target.setting(ROLE, "s3.bucket");
    }

    void put(Path file) throws IOException, InterruptedException {
        PresignedPutObjectRequest signed = signer.presignPutObject(sign -> sign.signatureDuration(SIGNED_FOR)
                .putObjectRequest(put -> put.bucket(bucket).key(key)));
        send(request(signed.url(), signed.signedHeaders())
                .PUT(BodyPublishers.ofFile(file))
                .build());
    }

    HttpRequest get() {
        PresignedGetObjectRequest signed = signer.presignGetObject(sign -> sign.signatureDuration(SIGNED_FOR)
                .getObjectRequest(get -> get.bucket(bucket).key(key)));
        return request(signed.url(), signed.signedHeaders()).build();
    }

    void remove() throws IOException, InterruptedException {
        PresignedDeleteObjectRequest signed = signer.presignDeleteObject(sign -> sign.signatureDuration(SIGNED_FOR)
                .deleteObjectRequest(delete -> delete.bucket(bucket).key(key)));
        send(request(signed.url(), signed.signedHeaders()).DELETE().build());
    }

    private static HttpRequest.Builder request(URL url, Map<String, List<String>> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.toString()));
        headers.forEach((name, values) -> {
            if (!SAID_ANYWAY.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, String.join(",", values));
            }
        });
        return request;
    }

    private void send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(
                    request.method() + " " + key + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    @Override
    public void close() {
        signer.close();
    }
}
