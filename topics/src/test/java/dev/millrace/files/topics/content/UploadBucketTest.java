package dev.millrace.files.topics.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UploadBucketTest {
    private static final FileId UPLOAD =
            new FileId(FileIds.namespaceOf("alice"), ByteString.copyFromUtf8("0123456789abcdef"));
    private static final String SHA256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

    private final UploadBucket bucket = new UploadBucket(
            new BucketAddress(Optional.of(URI.create("http://127.0.0.1:1")), "us-east-1", "bytes", "key", "secret"),
            Duration.ofSeconds(1));

    @AfterEach
    void close() {
        bucket.close();
    }

    @Test
    void leaveToSendIsForOneUploadItsLengthAndItsHash() {
        SignedPut put = bucket.signWhole(UPLOAD, 5, SHA256);

        assertThat(put.url()).startsWith("http://127.0.0.1:1/bytes/uploads/" + UPLOAD + "?");
        assertThat(query(put))
                .containsEntry("X-Amz-Expires", "900")
                .containsEntry("X-Amz-SignedHeaders", "content-length%3Bhost%3Bx-amz-checksum-sha256");
        assertThat(put.headers()).isEqualTo(Map.of("x-amz-checksum-sha256", SHA256));
    }

    @Test
    void itsOriginIsThatOfWhatIsSigned() {
        Map<BucketAddress, String> origins = Map.of(
                at("http://127.0.0.1:1", "us-east-1", "bytes"), "http://127.0.0.1:1",
                at("https://store.example/", "us-east-1", "bytes"), "https://store.example",
                at(null, "eu-west-1", "bytes"), "https://bytes.s3.eu-west-1.amazonaws.com",
                at(null, "us-east-1", "bytes"), "https://bytes.s3.amazonaws.com",
                at(null, "eu-west-1", "by.tes"), "https://s3.eu-west-1.amazonaws.com");
        origins.forEach((address, origin) -> {
            try (UploadBucket there = new UploadBucket(address, Duration.ofSeconds(1))) {
                assertThat(there.signWhole(UPLOAD, 5, SHA256).url()).startsWith(origin + "/");
                assertThat(address.origin()).isEqualTo(origin);
            }
        });
    }

    private static BucketAddress at(@Nullable String endpoint, String region, String bucket) {
        return new BucketAddress(Optional.ofNullable(endpoint).map(URI::create), region, bucket, "key", "secret");
    }

    @Test
    void withoutAKnownHashThereIsNothingMoreToSay() {
        SignedPut put = bucket.signWhole(UPLOAD, 5, "");

        assertThat(query(put)).containsEntry("X-Amz-SignedHeaders", "content-length%3Bhost");
        assertThat(put.headers()).isEmpty();
    }

    @Test
    void leaveToSendABundleIsForItsLeafAndItsLength() {
        SignedPut put = bucket.signBundle(UPLOAD, 3, 1, 5);

        assertThat(put.url()).startsWith("http://127.0.0.1:1/bytes/uploads/" + UPLOAD + ".3.1?");
        assertThat(query(put)).containsEntry("X-Amz-SignedHeaders", "content-length%3Bhost");
        assertThat(put.headers()).isEmpty();
    }

    @Test
    void leaveToSendAPartIsForThatPart() {
        SignedPut put = bucket.signPart(UPLOAD, "multi", 7, 5, SHA256);

        assertThat(query(put))
                .containsEntry("partNumber", "7")
                .containsEntry("uploadId", "multi")
                .containsEntry("X-Amz-SignedHeaders", "content-length%3Bhost%3Bx-amz-checksum-sha256");
        assertThat(put.headers()).isEqualTo(Map.of("x-amz-checksum-sha256", SHA256));
    }

    private static Map<String, String> query(SignedPut put) {
        return Arrays.stream(put.url().split("\\?", 2)[1].split("&"))
                .collect(Collectors.toMap(pair -> pair.split("=", 2)[0], pair -> pair.split("=", 2)[1]));
    }
}
